//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// The addresses that start with the same bits: `10.1.2.0/24` (CIDR, RFC 4632).
package struct AddressBlock: Hashable, Sendable, CustomStringConvertible {
    /// The address before the slash, with zeros after the prefix.
    package let base: IPAddress
    /// The length of the prefix, in bits.
    package let prefixLength: Int

    /// What is allowed, for error messages.
    package static let rule = "IP addresses and blocks of them, such as 10.1.2.0/24, 192.168.0.7, fd00::/8"

    /// Reads a block. A single address is a block of one.
    ///
    /// - Throws: ``InvalidAddressBlock``, also for an address with bits set after the prefix, which is usually a
    ///   mistake.
    package init(_ text: some StringProtocol) throws(InvalidAddressBlock) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard let first = parts.first, parts.count <= 2, let address = IPAddress(first) else {
            throw InvalidAddressBlock(text: String(text), reason: "is not a network such as 10.1.2.0/24")
        }
        let bits = address.bytes.count * 8
        var length = bits
        if parts.count == 2 {
            guard parts[1].utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = Int(parts[1]), number <= bits
            else { throw InvalidAddressBlock(text: String(text), reason: "has a prefix that is not 0 to \(bits)") }
            length = number
        }
        prefixLength = length
        base = address
        guard Self.mask(address.bytes, length) == address.bytes else {
            throw InvalidAddressBlock(text: String(text), reason: "has bits set after its prefix")
        }
    }

    private init(ownBytes bytes: [UInt8], _ length: Int) {
        base = IPAddress(unchecked: bytes)
        prefixLength = length
    }

    /// Whether an address is in the block.
    package func contains(_ address: IPAddress) -> Bool {
        address.bytes.count == base.bytes.count
            && Self.mask(address.bytes, prefixLength) == base.bytes
    }

    package var description: String { "\(base)/\(prefixLength)" }

    private static func mask(_ bytes: [UInt8], _ length: Int) -> [UInt8] {
        bytes.enumerated().map { index, byte in
            let kept = max(0, min(8, length - index * 8))
            return kept == 0 ? 0 : byte & (0xFF << (8 - UInt8(kept)))
        }
    }

    /// Addresses that are not public, by IANA's registries of special addresses (RFC 6890 and its successors).
    static let notPublic: [AddressBlock] = [
        // This network, private, carrier-grade NAT (RFC 6598), loopback, and link-local, which includes the metadata of
        // clouds.
        AddressBlock(ownBytes: [0, 0, 0, 0], 8),
        AddressBlock(ownBytes: [10, 0, 0, 0], 8),
        AddressBlock(ownBytes: [100, 64, 0, 0], 10),
        AddressBlock(ownBytes: [127, 0, 0, 0], 8),
        AddressBlock(ownBytes: [169, 254, 0, 0], 16),
        AddressBlock(ownBytes: [172, 16, 0, 0], 12),
        AddressBlock(ownBytes: [192, 168, 0, 0], 16),
        // Protocol assignments, documentation, 6to4 relays, benchmarks.
        AddressBlock(ownBytes: [192, 0, 0, 0], 24),
        AddressBlock(ownBytes: [192, 0, 2, 0], 24),
        AddressBlock(ownBytes: [192, 88, 99, 0], 24),
        AddressBlock(ownBytes: [198, 18, 0, 0], 15),
        AddressBlock(ownBytes: [198, 51, 100, 0], 24),
        AddressBlock(ownBytes: [203, 0, 113, 0], 24),
        // Azure's virtual server for metadata and DNS, among public addresses. Those of other clouds are in blocks that
        // are not public anyway.
        AddressBlock(ownBytes: [168, 63, 129, 16], 32),
        // Multicast, reserved, and the broadcast address.
        AddressBlock(ownBytes: [224, 0, 0, 0], 4),
        AddressBlock(ownBytes: [240, 0, 0, 0], 4),
        // Within 2000::/3: protocol assignments with Teredo, documentation, 6to4. The two tunnels carry IPv4 addresses
        // of any kind, and host no sites.
        AddressBlock(ownBytes: [0x20, 0x01, 0] + [UInt8](repeating: 0, count: 13), 23),
        AddressBlock(ownBytes: [0x20, 0x01, 0x0D, 0xB8] + [UInt8](repeating: 0, count: 12), 32),
        AddressBlock(ownBytes: [0x20, 0x02] + [UInt8](repeating: 0, count: 14), 16),
        AddressBlock(ownBytes: [0x3F, 0xFF] + [UInt8](repeating: 0, count: 14), 20),
    ]
}

/// Why a text is not a valid ``AddressBlock``.
package struct InvalidAddressBlock: Error, Hashable, Sendable, CustomStringConvertible {
    /// The text that was given.
    package let text: String
    /// What is wrong, phrased to follow the text.
    package let reason: String

    /// What is wrong and what is allowed.
    package var description: String { "\"\(text)\" \(reason); allowed are \(AddressBlock.rule)" }
}
