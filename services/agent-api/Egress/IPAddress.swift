//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Hosts
import NIOCore

/// An IP address by its bytes. An IPv4 address inside of an IPv6 one (`::ffff:127.0.0.1`), to which the system connects
/// over IPv4, is that IPv4 address.
package struct IPAddress: Hashable, Sendable, CustomStringConvertible {
    /// The address's 4 or 16 bytes.
    package let bytes: [UInt8]

    /// Takes 4 or 16 bytes; `nil` for another number of them.
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

    /// The address with a port, to connect to.
    func socketAddress(port: Int) throws -> SocketAddress {
        try SocketAddress(packedIPAddress: ByteBuffer(bytes: bytes), port: port)
    }

    /// The address as it is written: `10.0.0.1`, `::1`.
    package var description: String { (try? socketAddress(port: 0).ipAddress) ?? "" }

    /// Whether the address is one of the whole internet: not of this machine, a private network, a provider's inside, a
    /// group of hosts, documentation or a special use (the registries of RFC 6890 at IANA).
    package var isPublic: Bool {
        if bytes.count == 4 { return !AddressBlock.notPublic.contains { $0.contains(self) } }
        if translated != self { return translated.isPublic }
        // All addresses of hosts that have been given out are in 2000::/3.
        return bytes[0] & 0xE0 == 0x20 && !AddressBlock.notPublic.contains { $0.contains(self) }
    }

    /// The address that NAT64 leads to: the IPv4 address at the end (RFC 6052). Any other leads to itself.
    var translated: IPAddress {
        guard bytes.count == 16, bytes.starts(with: Self.translationPrefix) else { return self }
        return IPAddress(bytes.suffix(4)) ?? self
    }

    private static let mappedPrefix: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF]
    private static let translationPrefix: [UInt8] = [0, 0x64, 0xFF, 0x9B, 0, 0, 0, 0, 0, 0, 0, 0]
}
