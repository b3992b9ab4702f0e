//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import NIOCore
import NIOPosix
import Synchronization

/// The addresses of one host for one connection: only those that the policy permits ever reach the connector. So what is
/// judged is what is connected to, whatever the name leads to a moment later.
final class FilteredResolver: Resolver, Sendable {
    /// What came of the lookup.
    struct Outcome: Sendable {
        /// The addresses that may be connected to.
        var permitted: [IPAddress] = []
        /// The addresses that may not.
        var refused: [IPAddress] = []
    }

    private let policy: EgressPolicy
    private let port: Int
    private let found = Mutex(Outcome())
    private let v4: EventLoopPromise<[SocketAddress]>
    private let v6: EventLoopPromise<[SocketAddress]>
    private let lookup = Mutex<Task<Void, Never>?>(nil)

    /// Begins the lookup. Its answers come on the event loop.
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
        // It ends with the lookup, or when that is given up.
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

    /// What has been found; empty until then.
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
            // The connector expects the answers in this order.
            v6.succeed(socketAddresses(outcome.permitted, bytes: 16))
            v4.succeed(socketAddresses(outcome.permitted, bytes: 4))
        }
    }

    private func socketAddresses(_ addresses: [IPAddress], bytes: Int) -> [SocketAddress] {
        addresses.filter { $0.bytes.count == bytes }.compactMap { try? $0.socketAddress(port: port) }
    }

    func initiateAQuery(host: String, port: Int) -> EventLoopFuture<[SocketAddress]> { v4.futureResult }

    func initiateAAAAQuery(host: String, port: Int) -> EventLoopFuture<[SocketAddress]> { v6.futureResult }

    /// Gives the lookup up: nobody waits for the connection any more.
    func cancelQueries() { lookup.withLock { $0 }?.cancel() }
}
