//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Testing

@testable import AgentAPI

@Suite("What viewers of a live view want together")
struct LiveDemandTests {
    @Test("The highest rate and the largest width count, of all gateways")
    func together() throws {
        let demand = try #require(LiveDemand(["a:4:960", "b:1:1280", "b:2:320"]))
        #expect(demand.framesPerSecond == 4)
        #expect(demand.width == 1280)
        #expect(demand.gateways == ["a", "b"])
        #expect(demand.interval == .milliseconds(250))
    }

    @Test("Nobody watches where nothing is said that can be read", arguments: [[], ["a"], ["a:b:c"], ["a:4"], ["::"]])
    func nobody(entries: [String]) {
        #expect(LiveDemand(entries) == nil)
    }

    @Test("More than anybody may ask for is not granted")
    func bounds() throws {
        let much = try #require(LiveDemand(["a:1000000:99999999"]))
        #expect([much.framesPerSecond, much.width] == [15, 1920])
        let little = try #require(LiveDemand(["a:-5:0"]))
        #expect([little.framesPerSecond, little.width] == [1, 160])
    }
}
