//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import Hosts

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// Resolves host names.
package protocol HostResolver: Sendable {
    /// The addresses of a host, the best one first. Empty if the host does not exist.
    ///
    /// - Parameter gate: The gate that needs the addresses. Gates must not delay each other.
    func addresses(of host: String, for gate: ObjectIdentifier) async throws -> [IPAddress]
}

/// The system's resolver (`getaddrinfo`), on threads of its own because it blocks.
package struct SystemResolver: HostResolver {
    /// A name server that does not respond occupies a thread for several seconds. One gate may occupy at most four,
    /// whatever its pages request; the other gates share the rest.
    private static let threads = LookupThreads(count: 32, countPerGate: 4) { Self.lookUp($0) }

    package init() {}

    /// Uses the system, unless the host is an address or is `localhost` or below it (RFC 6761, section 6.3).
    ///
    /// - Throws: `CancellationError`.
    package func addresses(of host: String, for gate: ObjectIdentifier) async throws -> [IPAddress] {
        if let address = IPAddress(host) { return [address] }
        if host == "localhost" || host.hasSuffix(".localhost") {
            return ["127.0.0.1", "::1"].compactMap { IPAddress($0) }
        }
        return try await Self.threads.addresses(of: host, for: gate)
    }

    private static func lookUp(_ host: String) -> [IPAddress] {
        var hints = addrinfo()
        #if canImport(Glibc)
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        #else
        hints.ai_socktype = Int32(SOCK_STREAM)
        #endif
        var list: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(host, nil, &hints, &list) == 0 else { return [] }
        defer { freeaddrinfo(list) }
        var addresses: [IPAddress] = []
        var next = list
        while let info = next?.pointee {
            next = info.ai_next
            guard let address = UnsafeRawPointer(info.ai_addr) else { continue }
            let found: IPAddress? =
                switch info.ai_family {
                case AF_INET:
                    withUnsafeBytes(of: address.loadUnaligned(as: sockaddr_in.self).sin_addr) { IPAddress($0) }
                case AF_INET6:
                    withUnsafeBytes(of: address.loadUnaligned(as: sockaddr_in6.self).sin6_addr) { IPAddress($0) }
                default: nil
                }
            if let found, !addresses.contains(found) { addresses.append(found) }
        }
        return addresses
    }
}
