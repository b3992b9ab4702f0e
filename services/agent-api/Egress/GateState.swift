//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Hosts

/// What a gate currently allows, and what it has refused. It does no I/O.
struct GateState {
    /// The decision about a requested connection.
    enum Decision: Equatable {
        /// Connect to this host, and allow these schemes. This only applies to this use of the gate.
        case connect(host: String, port: Int, schemes: WebSchemes, policy: EgressPolicy, use: Int)
        case fail(ConnectionFailure)
    }

    /// The maximum number of refusals to report.
    static let maximumRefusals = 100
    /// The maximum number of hosts whose last failure is kept.
    static let maximumFailures = 512

    private struct Destination: Hashable {
        var host: String
        var port: Int
    }

    private let mapping: HostMapping
    /// `nil` while the gate is unused and nothing is allowed.
    private(set) var policy: EgressPolicy?
    /// Counts the uses of the gate.
    private(set) var use = 0
    /// What was refused in this use, each once, in order.
    private(set) var refusals: [EgressRefusal] = []
    private var failures: [Destination: ConnectionFailure] = [:]

    init(mapping: HostMapping) {
        self.mapping = mapping
    }

    /// Starts a new use, or ends the current one.
    mutating func begin(_ policy: EgressPolicy?) {
        self.policy = policy
        use += 1
        failures = [:]
        if policy != nil { refusals = [] }
    }

    /// Decides by name. The addresses are checked when it is resolved.
    mutating func decide(host: String, port: Int) -> Decision {
        guard let policy = self.policy else { return .fail(.failed) }
        guard let name = HostName(host), (1...65535).contains(port) else {
            return .fail(refuse("\(host):\(port)", "no host name", host: host, port: port))
        }
        let schemes = policy.schemes(host: name, port: port)
        guard !schemes.isEmpty else {
            return .fail(refuse("\(name):\(port)", EgressRefusal.notAllowedDomain, host: host, port: port))
        }
        switch mapping.destination(of: name.text, port: port) {
        case .nowhere:
            failed(host: host, port: port, .noSuchHost)
            return .fail(.noSuchHost)
        case .host(let host, let port):
            return .connect(host: host, port: port, schemes: schemes, policy: policy, use: self.use)
        }
    }

    /// Records a refused connection in the current use.
    @discardableResult
    mutating func refuse(_ target: String, _ reason: String, host: String, port: Int) -> ConnectionFailure {
        let refusal = EgressRefusal(target: target, reason: reason)
        note(refusal)
        failed(host: host, port: port, .refused(refusal))
        return .refused(refusal)
    }

    /// Records a refusal to report.
    mutating func note(_ refusal: EgressRefusal) {
        guard refusals.count < Self.maximumRefusals, !refusals.contains(refusal) else { return }
        refusals.append(refusal)
    }

    /// Records why a connection failed, or that it succeeded (`nil`).
    mutating func failed(host: String, port: Int, _ failure: ConnectionFailure?) {
        if failures.count >= Self.maximumFailures { failures = [:] }
        failures[Self.destination(host, port)] = failure
    }

    /// Why the last connection to a host failed.
    func failure(host: String, port: Int) -> ConnectionFailure? { failures[Self.destination(host, port)] }

    private static func destination(_ host: String, _ port: Int) -> Destination {
        Destination(host: HostName(host)?.text ?? host.lowercased(), port: port)
    }
}
