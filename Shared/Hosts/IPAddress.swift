//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// The bytes of an IP address. An IPv4-mapped IPv6 address (`::ffff:127.0.0.1`), which the system connects to over
/// IPv4, becomes that IPv4 address.
package struct IPAddress: Hashable, Sendable, CustomStringConvertible {
    /// The 4 or 16 bytes.
    package let bytes: [UInt8]

    /// Takes 4 or 16 bytes; `nil` for any other number.
    package init?(_ bytes: some Collection<UInt8>) {
        let bytes = Array(bytes)
        switch bytes.count {
        case 4: self.bytes = bytes
        case 16: self.bytes = bytes.starts(with: Self.mappedPrefix) ? Array(bytes.suffix(4)) : bytes
        default: return nil
        }
    }

    /// Reads an address: `10.0.0.1`, `::1`, `[::1]`; `nil` for anything else.
    package init?(_ text: some StringProtocol) {
        guard let address = HostName(text)?.address else { return nil }
        self.init(address)
    }

    /// The address as it is written, without brackets.
    package var description: String { HostName.text(of: bytes) }

    /// What one client may have to itself: an IPv4 address, or the IPv6 network of 64 bits.
    package var ownedNetwork: IPAddress {
        bytes.count == 4 ? self : IPAddress(unchecked: bytes[..<8] + [UInt8](repeating: 0, count: 8))
    }

    /// Whether the address is of this machine's loopback interface.
    package var isLoopback: Bool {
        bytes.count == 4 ? bytes[0] == 127 : bytes.dropLast().allSatisfy { $0 == 0 } && bytes.last == 1
    }

    /// Whether the address is public: not of this machine, a private network, a provider's network, multicast,
    /// documentation or another special use (the registries of RFC 6890 at IANA).
    package var isPublic: Bool {
        if bytes.count == 4 { return !AddressBlock.notPublic.contains { $0.contains(self) } }
        if translated != self { return translated.isPublic }
        // All assigned unicast addresses are in 2000::/3.
        return bytes[0] & 0xE0 == 0x20 && !AddressBlock.notPublic.contains { $0.contains(self) }
    }

    /// The IPv4 address that a NAT64 address leads to (RFC 6052). Any other address is returned as it is.
    package var translated: IPAddress {
        guard bytes.count == 16, bytes.starts(with: Self.translationPrefix) else { return self }
        return IPAddress(bytes.suffix(4)) ?? self
    }

    /// For bytes that are known to be valid.
    init(unchecked bytes: [UInt8]) { self.bytes = bytes }

    private static let mappedPrefix: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF]
    private static let translationPrefix: [UInt8] = [0, 0x64, 0xFF, 0x9B, 0, 0, 0, 0, 0, 0, 0, 0]
}
