//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import NIOCore
import Synchronization

/// The addresses of this machine's own interfaces, also those that are of the whole internet. What listens there may serve this
/// machine alone.
final class InterfaceAddresses: Sendable {
    /// Those of this machine.
    static let ofMachine = InterfaceAddresses {
        Set(try System.enumerateDevices().compactMap { $0.address.flatMap(IPAddress.init(_:)) })
    }

    /// How long the addresses are taken to be the same.
    private static let lifetime = Duration.seconds(2)

    private struct Known {
        var addresses: Set<IPAddress>
        var readAt: ContinuousClock.Instant
    }

    private let read: @Sendable () throws -> Set<IPAddress>
    private let known = Mutex<Known?>(nil)

    /// - Parameter read: asks the system.
    init(read: @escaping @Sendable () throws -> Set<IPAddress>) {
        self.read = read
    }

    /// Whether an address is one of them. As long as the system has never told them, every address may be.
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
    /// The address of a socket's address; `nil` for one that has none.
    init?(_ address: SocketAddress) {
        guard let text = address.ipAddress, let found = IPAddress(text) else { return nil }
        self = found
    }
}
