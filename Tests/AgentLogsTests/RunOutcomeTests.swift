//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import Testing

@Suite("How a run ended")
struct RunOutcomeTests {
    @Test("Completed, failed, cancelled and timed out are final, queued and running are not")
    func finalStates() {
        let final = RunStatus.allCases.filter(\.isFinal)
        #expect(final == [.completed, .failed, .cancelled, .timedOut])
        #expect(RunStatus.timedOut.rawValue == "timed_out")
    }

    @Test("The data of an end record is read as it was written")
    func roundTrip() {
        for status in RunStatus.allCases where status.isFinal {
            let outcome = RunOutcome(status: status, result: "r", error: "e", steps: 3)
            #expect(RunOutcome(data: outcome.data) == outcome)
        }
        let usage = TokenUsage(input: 100, cachedInput: 60, output: 10)
        let modelled = RunOutcome(status: .completed, steps: 1, usage: usage)
        #expect(modelled.data["usage"]?.text == #"{"cached_input_tokens":60,"input_tokens":100,"output_tokens":10}"#)
        #expect(RunOutcome(data: modelled.data) == modelled)
        let bare = RunOutcome(status: .completed, steps: 0)
        #expect(bare.data.text == #"{"status":"completed","steps":0}"#)
        #expect(RunOutcome(data: bare.data) == bare)
    }

    @Test(
        "Data that another publisher left out or got wrong has a sensible meaning",
        arguments: [
            ("null", RunOutcome(status: .completed, steps: 0)),
            ("{}", RunOutcome(status: .completed, steps: 0)),
            ("[]", RunOutcome(status: .completed, steps: 0)),
            (#"{"error":"no"}"#, RunOutcome(status: .failed, error: "no", steps: 0)),
            (#"{"status":"done","result":"r"}"#, RunOutcome(status: .completed, result: "r", steps: 0)),
            (#"{"status":"running","error":"no"}"#, RunOutcome(status: .failed, error: "no", steps: 0)),
            (#"{"status":"cancelled","steps":"3","result":1}"#, RunOutcome(status: .cancelled, steps: 0)),
            (#"{"usage":7}"#, RunOutcome(status: .completed, steps: 0)),
            (
                #"{"usage":{"input_tokens":"x","output_tokens":3}}"#,
                RunOutcome(status: .completed, steps: 0, usage: TokenUsage(output: 3))
            ),
            (#"{"status":"completed","steps":2.0}"#, RunOutcome(status: .completed, steps: 2)),
        ]
    )
    func foreign(text: String, outcome: RunOutcome) throws {
        #expect(RunOutcome(data: try JSONValue(parsing: text.utf8)) == outcome)
    }

    @Test("No data means a completed run")
    func noData() {
        #expect(RunOutcome(data: nil) == RunOutcome(status: .completed, steps: 0))
    }
}
