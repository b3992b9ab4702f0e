//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Foundation
import Testing

@testable import AgentAPI
@testable import Gateway
@testable import ServiceKit

@Suite("The dashboard and the alerts")
struct MonitoringTests {
    private static let known: Set<String> = Set(GatewayMetrics.descriptions.keys)
        .union(AgentMetrics.descriptions.keys).union(RunMetrics.descriptions.keys)
        .union(ProcessMetrics.descriptions.keys).union([RequestMetrics.metric])

    @Test(
        "Ask only for metrics that there are",
        arguments: ["alerts.yml", "alerts-test.yml", "grafana/stepcast.json"]
    )
    func names(file: String) throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let text = try String(contentsOf: root.appending(path: "deploy/monitoring/\(file)"), encoding: .utf8)
        let names = Set(text.matches(of: /\b(stepcast|process|http_server)_[a-z_]+/).map { String($0.output.0) })
        #expect(names.count > 1)
        for name in names {
            let metric = name.replacing(/_(bucket|count|sum)$/, with: "")
            #expect(Self.known.contains(name) || Self.known.contains(metric), "\(file): \(name)")
        }
    }
}
