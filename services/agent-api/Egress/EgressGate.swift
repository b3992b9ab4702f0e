//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import Hosts
import Logging
import NIOCore
import NIOPosix
import Synchronization

/// The only way out of a browser context: a SOCKS5 proxy (RFC 1928) of its own on this machine, which connects where the
/// policy of the run allows, and nowhere else.
///
/// The browser gives it the names of hosts, and it connects to the addresses that it has judged: there is no other moment at
/// which a name could lead elsewhere. Whatever opens a connection (a document, a frame, a worker, a socket, a redirect, a
/// guess of the browser) comes through it.
///
/// A gate is closed until ``open(_:)``, between the uses of a context, and after ``close()``.
package final class EgressGate: Sendable {
    /// What all gates of a browser have in common.
    package struct Configuration: Sendable {
        /// Which hosts lead elsewhere.
        package var mapping: HostMapping
        /// Where the addresses of hosts come from.
        package var resolver: any HostResolver
        /// The most connections at a time.
        package var maximumConnections = 512
        /// How long the browser may take to say where it wants to go.
        package var handshakeTimeout: Duration = .seconds(10)
        /// How long it may take to find a host and connect to it.
        package var connectTimeout: Duration = .seconds(20)
        /// How long a connection lives on of which one direction has ended, and nothing comes in the other.
        package var halfClosedTimeout: Duration = .seconds(30)

        package init(mapping: HostMapping = HostMapping(), resolver: any HostResolver = SystemResolver()) {
            self.mapping = mapping
            self.resolver = resolver
        }
    }

    private struct State {
        var decisions: GateState
        var connections: [ObjectIdentifier: any Channel] = [:]
        var listener: (any Channel)?
    }

    let configuration: Configuration
    private let state: Mutex<State>

    /// The port on 127.0.0.1 on which it listens.
    package let port: Int

    private init(configuration: Configuration, listener: any Channel, port: Int, core: Core) {
        self.configuration = configuration
        self.port = port
        state = Mutex(State(decisions: GateState(mapping: configuration.mapping), listener: listener))
        core.gate.withLock { $0 = WeakGate(gate: self) }
    }

    deinit {
        // Nobody holds it any more, so nobody ends it.
        state.withLock { $0.listener }?.close(promise: nil)
    }

    /// Starts a gate. Nothing passes it yet.
    ///
    /// - Throws: `IOError`, when no port can be listened on.
    package static func start(_ configuration: Configuration = Configuration()) async throws -> EgressGate {
        let core = Core()
        let listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.backlog, value: 256)
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelInitializer { channel in
                guard let gate = core.gate.withLock({ $0?.gate }) else {
                    return channel.eventLoop.makeFailedFuture(ChannelError.ioOnClosedChannel)
                }
                return channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(GateHandler(gate: gate))
                }
            }
            .bind(host: "127.0.0.1", port: 0)
            .get()
        let port = listener.localAddress?.port ?? 0
        return EgressGate(configuration: configuration, listener: listener, port: port, core: core)
    }

    /// Lets pass what the policy allows, from now on. What was connected before is cut off, and what was refused before is
    /// forgotten.
    package func open(_ policy: EgressPolicy) { begin(policy) }

    /// Lets nothing pass, and cuts off what is connected. ``refusals`` stay.
    package func shut() { begin(nil) }

    /// Ends the gate. Its connections are cut off, and its port is free when this returns.
    package func close() async {
        shut()
        try? await takeListener()?.close()
    }

    /// Ends the gate without waiting until its port is free.
    package func abandon() {
        shut()
        takeListener()?.close(promise: nil)
    }

    private func takeListener() -> (any Channel)? {
        self.state.withLock { state in
            defer { state.listener = nil }
            return state.listener
        }
    }

    /// The policy that is in force; `nil` while nothing passes.
    package var policy: EgressPolicy? { state.withLock { $0.decisions.policy } }

    /// What was refused since ``open(_:)``: each target once for each reason, in order, 100 at most.
    package var refusals: [EgressRefusal] { state.withLock { $0.decisions.refusals } }

    /// How many connections of the browser there are.
    package var connectionCount: Int { state.withLock { $0.connections.count } }

    /// Adds something to ``refusals`` that was refused elsewhere.
    package func note(_ refusal: EgressRefusal) { state.withLock { $0.decisions.note(refusal) } }

    /// Why the last connection to an origin has not come about; `nil` when it has, or none was asked for.
    package func failure(of origin: WebOrigin) -> ConnectionFailure? {
        state.withLock { $0.decisions.failure(host: origin.host.text, port: origin.port) }
    }

    private func begin(_ policy: EgressPolicy?) {
        let connections = self.state.withLock { state in
            state.decisions.begin(policy)
            return Array(state.connections.values)
        }
        for connection in connections { connection.close(promise: nil) }
    }

    /// Takes a connection of the browser in, or not. One of another user of this machine takes no place.
    func admit(_ channel: any Channel) -> Bool {
        guard PeerOwner(of: channel).mayBeOurs else { return false }
        let id = ObjectIdentifier(channel)
        let isAdmitted = self.state.withLock { state in
            guard state.listener != nil, state.decisions.policy != nil else { return false }
            guard state.connections.count < configuration.maximumConnections else {
                state.decisions.note(EgressRefusal(target: "a connection", reason: "too many are open"))
                return false
            }
            state.connections[id] = channel
            return true
        }
        guard isAdmitted else { return false }
        channel.closeFuture.whenComplete { _ in
            self.state.withLock { _ = $0.connections.removeValue(forKey: id) }
        }
        return true
    }

    func decide(host: String, port: Int) -> GateState.Decision {
        state.withLock { $0.decisions.decide(host: host, port: port) }
    }

    /// Whether the gate is still used as it was when a connection was allowed.
    func isCurrent(_ use: Int) -> Bool { state.withLock { $0.decisions.use == use } }

    /// Notes what came of a connection, unless the gate has another use by now.
    func failed(_ request: ConnectionRequest, _ failure: ConnectionFailure?) {
        self.state.withLock { state in
            guard state.decisions.use == request.use else { return }
            if case .refused(let refusal) = failure { state.decisions.note(refusal) }
            state.decisions.failed(host: request.host, port: request.port, failure)
        }
    }
}

/// What the listener knows of the gate, which is there only after it.
private final class Core: Sendable {
    let gate = Mutex<WeakGate?>(nil)
}

private struct WeakGate: Sendable {
    weak var gate: EgressGate?
}
