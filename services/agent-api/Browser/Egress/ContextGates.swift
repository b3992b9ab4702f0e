//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Egress
import NIOCore
import Synchronization

/// The gates of a browser's contexts, by the contexts' ids: a context keeps its gate as long as the browser has it, also while
/// it waits for the next run of its session.
final class ContextGates: Sendable {
    /// Of a browser whose contexts connect by themselves.
    static let none = ContextGates(nil)

    private let configuration: EgressGate.Configuration?
    private let gates = Mutex<[String: EgressGate]>([:])

    private init(_ configuration: EgressGate.Configuration?) {
        self.configuration = configuration
    }

    /// Gates for a browser of ours, unless its way out is another proxy.
    convenience init(_ configuration: BrowserConfiguration, environment: [String: String]) {
        guard configuration.gateObstacle(environment: environment) == nil else {
            self.init(nil)
            return
        }
        let name = "\(LaunchArguments.resolverRules)="
        let rules = configuration.extraArguments.last { $0.hasPrefix(name) }?.dropFirst(name.count) ?? ""
        self.init(EgressGate.Configuration(mapping: HostMapping(rules: rules)))
    }

    var isOn: Bool { configuration != nil }

    subscript(context: String) -> EgressGate? { gates.withLock { $0[context] } }

    /// Starts a gate for a context that is about to be made; `nil` where contexts have none.
    func start() async throws -> EgressGate? {
        guard let configuration else { return nil }
        do {
            return try await EgressGate.start(configuration)
        } catch let error as IOError {
            throw BrowserError(.launchFailed, "no way out of the browser could be made: \(error)")
        }
    }

    func add(_ gate: EgressGate, of context: String) {
        gates.withLock { $0[context] = gate }
    }

    /// The parameters of `Target.createBrowserContext`. Chromium takes addresses of this machine out of every proxy by itself;
    /// `<-loopback>` puts them in again.
    static func parameters(of gate: EgressGate?) -> DevToolsValue {
        guard let gate else { return ["disposeOnDetach": true] }
        return [
            "disposeOnDetach": true, "proxyServer": .string("socks5://127.0.0.1:\(gate.port)"),
            "proxyBypassList": "<-loopback>",
        ]
    }

    func close(_ context: String) async {
        await gates.withLock { $0.removeValue(forKey: context) }?.close()
    }

    func closeAll() async {
        for gate in takeAll() { await gate.close() }
    }

    /// Lets nothing pass any more, without waiting for it.
    func abandonAll() {
        for gate in takeAll() { gate.abandon() }
    }

    private func takeAll() -> [EgressGate] {
        gates.withLock { gates in
            defer { gates = [:] }
            return Array(gates.values)
        }
    }
}
