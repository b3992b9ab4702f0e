//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Testing

@Suite("How recordings are compared")
struct RecordedFileTests {
    @Test("A differing line is shown before and after, with its number")
    func differences() {
        let recorded = "<id 1>\nmsg = a\nseq = 1\n"
        #expect(RecordedFile.differences(from: recorded, to: recorded).isEmpty)
        #expect(
            RecordedFile.differences(from: recorded, to: "<id 1>\nmsg = b\nseq = 1\nstep = 1\n") == [
                "- 2: msg = a", "+ 2: msg = b", "+ 4: step = 1",
            ]
        )
    }

    @Test("Times, ids, durations, ports, tabs and places are replaced, and nothing else")
    func normalization() {
        let normalization = Normalization(names: [(":40123", ":<site>")])
        let text = """
            1790000000000-0
            timestamp = 1790000000.123
            duration_ms = 12
            step = 12
            {"timestamp":1790000000.1,"duration_ms":7,"prev":"1790000000000-0","id":"1790000000001-1"}
            data = {"box":[61,82,179,21],"view":[1280,800]}
            data: {"timestamp":"2026-09-21T10:30:00.000Z"} http://a:40123/ the tab 0AF3 http://a:40124/
            """
        #expect(
            normalization.normalized(text) == """
                <id 1>
                timestamp = <seconds>
                duration_ms = <ms>
                step = 12
                {"timestamp":<seconds>,"duration_ms":<ms>,"prev":"<id 1>","id":"<id 2>"}
                data = {"box":[<box>],"view":[1280,800]}
                data: {"timestamp":"<time>"} http://a:<site>/ the tab <tab> http://a:40124/
                """
        )
        let old = "1000000000000-0 2001-09-09T01:46:40.000Z"
        #expect(normalization.normalized(old) == old)
    }
}
