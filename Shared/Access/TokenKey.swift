//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import FoundationEssentials
import JSON
import JWTKit

/// A key that verifies tokens, and perhaps signs them.
package struct TokenKey: Sendable {
    private enum Material: Sendable {
        case secret([UInt8])
        case jwk(JWK)
    }

    /// The key's name (`kid`), if it has one.
    let id: String?

    /// The only algorithm that it is for; `nil` leaves that to its kind.
    let algorithm: String?

    /// Whether it can sign: it has a private part, and says for which algorithm.
    let canSign: Bool

    private let material: Material

    /// The shortest secret, in bytes (RFC 7518, section 3.2).
    package static let shortestSecret = 32

    /// A secret for HS256.
    package init(secret: [UInt8]) throws(InvalidKey) {
        guard secret.count >= Self.shortestSecret else {
            throw InvalidKey("has \(secret.count) bytes; HS256 needs at least \(Self.shortestSecret)")
        }
        (id, algorithm, canSign, material) = (nil, "HS256", true, .secret(secret))
    }

    private init(_ jwk: JWK) {
        var jwk = jwk
        id = jwk.keyIdentifier?.string
        algorithm = jwk.algorithm?.rawValue
        canSign = jwk.privateExponent != nil && jwk.algorithm != nil
        // The library wants a name for each key.
        if jwk.keyIdentifier == nil { jwk.keyIdentifier = "unnamed" }
        material = .jwk(jwk)
    }

    /// Reads a JSON Web Key Set (RFC 7517). Keys for encryption and of kinds that are not known are passed over.
    ///
    /// - Throws: ``InvalidKey`` when it is no set, has a broken key, or none that can verify a token.
    package static func keys(ofSet bytes: [UInt8]) throws(InvalidKey) -> [TokenKey] {
        let set: JSONValue
        do { set = try JSONValue(parsingDocument: bytes) } catch { throw InvalidKey("is \(error)") }
        guard let members = set["keys"]?.array else { throw InvalidKey("has no list \"keys\"") }
        var keys: [TokenKey] = []
        for (index, member) in members.enumerated() {
            guard ["RSA", "EC", "OKP"].contains(member["kty"]?.string), member["use"]?.string ?? "sig" == "sig" else {
                continue
            }
            do {
                keys.append(TokenKey(try JSONDecoder().decode(JWK.self, from: Data(member.bytes))))
            } catch {
                throw InvalidKey("has a key that cannot be used, keys[\(index)]")
            }
        }
        guard !keys.isEmpty else { throw InvalidKey("has no key of kty RSA, EC or OKP for signatures") }
        return keys
    }

    /// The algorithm with this key.
    ///
    /// - Parameter name: Which algorithm, for a key that does not say.
    /// - Throws: What the library says against it.
    func implementation(of name: String? = nil) async throws -> any JWTAlgorithm {
        // The library's collection would remember the first algorithm that a token names.
        let collection = JWTKeyCollection()
        switch material {
        case .secret(let bytes): await collection.add(hmac: HMACKey(from: bytes), digestAlgorithm: .sha256)
        case .jwk(let jwk): try await collection.add(jwk: jwk)
        }
        let implementation = try await collection.getKey(alg: algorithm ?? name)
        guard implementation.name == algorithm ?? name else { throw InvalidKey("is not for \(name ?? "this")") }
        return implementation
    }
}

/// Why something is not a key, to follow the setting's name.
package struct InvalidKey: Error, Hashable, Sendable, CustomStringConvertible {
    package let description: String

    init(_ description: String) { self.description = description }
}
