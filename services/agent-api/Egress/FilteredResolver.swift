//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Hosts
import NIOCore
import NIOPosix
import Synchronization

/// Resolves one host for one connection, and passes on only the addresses that the policy allows. So the connection
/// goes to an address that was checked, even if the name resolves differently a moment later.
final class FilteredResolver: Resolver, Sendable {
    /// The result of the lookup.
    struct Outcome: Sendable {
        /// The addresses that are allowed.
        var permitted: [IPAddress] = []
        /// The addresses that are not.
        var refused: [IPAddress] = []
    }

    private let policy: EgressPolicy
    private let port: Int
    private let found = Mutex(Outcome())
    private let v4: EventLoopPromise<[SocketAddress]>
    private let v6: EventLoopPromise<[SocketAddress]>
    private let lookup = Mutex<Task<Void, Never>?>(nil)

    /// Starts the lookup. Its results arrive on the event loop.
    init(
        host: String,
        port: Int,
        source: any HostResolver,
        gate: ObjectIdentifier,
        policy: EgressPolicy,
        eventLoop: any EventLoop
    ) {
        self.policy = policy
        self.port = port
        v4 = eventLoop.makePromise()
        v6 = eventLoop.makePromise()
        // The task ends with the lookup, or when that is cancelled.
        let task = Task {
            let result: Result<[IPAddress], any Error>
            do {
                result = .success(try await source.addresses(of: host, for: gate))
            } catch {
                result = .failure(error)
            }
            eventLoop.execute { self.complete(result) }
        }
        self.lookup.withLock { $0 = task }
    }

    /// The addresses found; empty until then.
    var outcome: Outcome { found.withLock { $0 } }

    private func complete(_ result: Result<[IPAddress], any Error>) {
        switch result {
        case .failure(let error):
            v6.fail(error)
            v4.fail(error)
        case .success(let addresses):
            let outcome = Outcome(
                permitted: addresses.filter { policy.permits($0) },
                refused: addresses.filter { !policy.permits($0) }
            )
            found.withLock { $0 = outcome }
            // The connector expects the results in this order.
            v6.succeed(socketAddresses(outcome.permitted, bytes: 16))
            v4.succeed(socketAddresses(outcome.permitted, bytes: 4))
        }
    }

    private func socketAddresses(_ addresses: [IPAddress], bytes: Int) -> [SocketAddress] {
        addresses.filter { $0.bytes.count == bytes }.compactMap { try? $0.socketAddress(port: port) }
    }

    func initiateAQuery(host: String, port: Int) -> EventLoopFuture<[SocketAddress]> { v4.futureResult }

    func initiateAAAAQuery(host: String, port: Int) -> EventLoopFuture<[SocketAddress]> { v6.futureResult }

    /// Cancels the lookup: the connection is no longer needed.
    func cancelQueries() { lookup.withLock { $0 }?.cancel() }
}
