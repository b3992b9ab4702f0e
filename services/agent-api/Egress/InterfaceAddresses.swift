//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Hosts
import NIOCore
import Synchronization

/// The addresses of this machine's own interfaces, including public ones. Services on them may be meant for this
/// machine only.
final class InterfaceAddresses: Sendable {
    /// Those of this machine.
    static let ofMachine = InterfaceAddresses {
        Set(try System.enumerateDevices().compactMap { $0.address.flatMap(IPAddress.init(_:)) })
    }

    /// How long the addresses are cached.
    private static let lifetime = Duration.seconds(2)

    private struct Known {
        var addresses: Set<IPAddress>
        var readAt: ContinuousClock.Instant
    }

    private let read: @Sendable () throws -> Set<IPAddress>
    private let known = Mutex<Known?>(nil)

    /// - Parameter read: Reads them from the system.
    init(read: @escaping @Sendable () throws -> Set<IPAddress>) {
        self.read = read
    }

    /// Whether an address is one of them. Until they have been read successfully, every address counts as one.
    func contains(_ address: IPAddress, now: ContinuousClock.Instant = .now) -> Bool {
        self.known.withLock { known in
            if known.map({ now - $0.readAt >= Self.lifetime }) ?? true, let addresses = try? read() {
                known = Known(addresses: addresses, readAt: now)
            }
            return known?.addresses.contains(address) ?? true
        }
    }
}

extension IPAddress {
    /// The IP address of a socket address; `nil` if it has none.
    init?(_ address: SocketAddress) {
        guard let text = address.ipAddress, let found = IPAddress(text) else { return nil }
        self = found
    }
}
