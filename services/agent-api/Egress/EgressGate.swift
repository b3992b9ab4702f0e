//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import Hosts
import Logging
import NIOCore
import NIOPosix
import Synchronization

/// The only way out of a browser context: a SOCKS5 proxy (RFC 1928) of its own on this machine that connects only where
/// the run's policy allows.
///
/// The browser passes host names, and the gate connects to the very addresses that it has checked, so that a name
/// cannot resolve differently in between. Every connection goes through it, whether of a document, a frame, a worker, a
/// WebSocket, a redirect, or a speculative one of the browser.
///
/// A gate is shut until ``open(_:)``, between the uses of a context, and after ``close()``.
package final class EgressGate: Sendable {
    /// The configuration shared by all gates of a browser.
    package struct Configuration: Sendable {
        /// The hosts that are redirected elsewhere.
        package var mapping: HostMapping
        /// Resolves host names.
        package var resolver: any HostResolver
        /// The maximum number of connections.
        package var maximumConnections = 512
        /// The time limit for the browser to name its destination.
        package var handshakeTimeout: Duration = .seconds(10)
        /// The time limit for resolving a host and connecting to it.
        package var connectTimeout: Duration = .seconds(20)
        /// How long a connection with one closed direction may stay idle in the other.
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

    /// The port on 127.0.0.1 that it listens on.
    package let port: Int

    private init(configuration: Configuration, listener: any Channel, port: Int, core: Core) {
        self.configuration = configuration
        self.port = port
        state = Mutex(State(decisions: GateState(mapping: configuration.mapping), listener: listener))
        core.gate.withLock { $0 = WeakGate(gate: self) }
    }

    deinit {
        // If the gate was not closed, its listener is closed here.
        state.withLock { $0.listener }?.close(promise: nil)
    }

    /// Starts a gate, which is shut.
    ///
    /// - Throws: `IOError` if no port can be listened on.
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

    /// Allows what the policy allows from now on. Existing connections are closed, and earlier refusals are forgotten.
    package func open(_ policy: EgressPolicy) { begin(policy) }

    /// Allows nothing, and closes existing connections. ``refusals`` are kept.
    package func shut() { begin(nil) }

    /// Closes the gate and its connections. Its port is free when this returns.
    package func close() async {
        shut()
        try? await takeListener()?.close()
    }

    /// Closes the gate without waiting until its port is free.
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

    /// The current policy; `nil` while the gate is shut.
    package var policy: EgressPolicy? { state.withLock { $0.decisions.policy } }

    /// What was refused since ``open(_:)``: each target once per reason, in order, at most 100.
    package var refusals: [EgressRefusal] { state.withLock { $0.decisions.refusals } }

    /// The number of connections from the browser.
    package var connectionCount: Int { state.withLock { $0.connections.count } }

    /// Adds a refusal from elsewhere to ``refusals``.
    package func note(_ refusal: EgressRefusal) { state.withLock { $0.decisions.note(refusal) } }

    /// Why the last connection to an origin failed; `nil` if it succeeded or there was none.
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

    /// Whether to accept a connection. Those from other users of this machine are rejected and do not count.
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

    /// Whether the use in which a connection was allowed is still the current one.
    func isCurrent(_ use: Int) -> Bool { state.withLock { $0.decisions.use == use } }

    /// Records the result of a connection, if its use is still the current one.
    func failed(_ request: ConnectionRequest, _ failure: ConnectionFailure?) {
        self.state.withLock { state in
            guard state.decisions.use == request.use else { return }
            if case .refused(let refusal) = failure { state.decisions.note(refusal) }
            state.decisions.failed(host: request.host, port: request.port, failure)
        }
    }
}

/// Gives the listener access to the gate, which is created after it.
private final class Core: Sendable {
    let gate = Mutex<WeakGate?>(nil)
}

private struct WeakGate: Sendable {
    weak var gate: EgressGate?
}
