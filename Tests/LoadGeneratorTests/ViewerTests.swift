//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Loopback
import Testing

@testable import LoadGenerator

@Suite("Checking what a viewer sees")
struct ViewerTests {
    /// What is found of a viewer that gets these bytes after the head, of a run with five records.
    private func result(_ events: [[UInt8]], head: String = "") throws -> (Viewer, Deliveries) {
        var viewer = Viewer(run: 0, textLength: EventReaderTests.textLength, next: 1)
        var deliveries = Deliveries()
        let bytes = Array("HTTP/1.1 200 OK\r\nServer: x\r\n\(head)\r\n".utf8) + events.joined()
        try bytes.withUnsafeBufferPointer { try viewer.receive($0, into: &deliveries) }
        return (viewer, deliveries)
    }

    private func events(_ numbers: [Int]) -> [[UInt8]] {
        numbers.map { EventReaderTests.event($0) }
    }

    @Test("A viewer that sees each record once and in order is without fault")
    func faultless() throws {
        let (viewer, deliveries) = try result(events([1, 2, 3, 4, 5]))
        #expect(deliveries.records == 5)
        #expect(viewer.check.lost(upTo: 5) == 0)
        #expect(viewer.check.repeated == 0 && viewer.check.outOfOrder == 0 && deliveries.malformed == 0)
    }

    @Test(
        "Each fault is counted as what it is",
        arguments: [
            ([1, 2, 4, 5], 1, 0, 0), ([1, 2, 3], 2, 0, 0), ([2, 3, 4, 5], 1, 0, 0), ([1, 2, 2, 3, 4, 5], 0, 1, 0),
            ([1, 2, 4, 3, 5], 0, 0, 1), ([1, 5, 3, 3, 2], 1, 1, 2), ([], 5, 0, 0),
        ]
    )
    func faults(numbers: [Int], lost: Int, repeated: Int, outOfOrder: Int) throws {
        let (viewer, _) = try result(events(numbers))
        #expect(viewer.check.lost(upTo: 5) == lost)
        #expect(viewer.check.repeated == repeated)
        #expect(viewer.check.outOfOrder == outOfOrder)
    }

    @Test("A record of another run is malformed")
    func otherRun() throws {
        let (viewer, deliveries) = try result([EventReaderTests.event(1, run: 3)])
        #expect(deliveries.malformed == 1)
        #expect(viewer.check.lost(upTo: 1) == 1)
    }

    @Test("A chunked response is read as one with a plain body")
    func chunked() throws {
        let event = EventReaderTests.event(1)
        let size = Array("\(String(event.count, radix: 16))\r\n".utf8)
        let (_, deliveries) = try result([size, event, [13, 10]], head: "Transfer-Encoding: chunked\r\n")
        #expect(deliveries.records == 1)
    }

    @Test("Another status than 200 is an error that names it")
    func refused() {
        var viewer = Viewer(run: 0, textLength: 100, next: 1)
        var deliveries = Deliveries()
        let bytes = Array("HTTP/1.1 429 Too Many Requests\r\nContent-Length: 4\r\n\r\nFull".utf8)
        let error = #expect(throws: LoadError.self) {
            try bytes.withUnsafeBufferPointer { try viewer.receive($0, into: &deliveries) }
        }
        #expect(error?.description == "a viewer got status 429: Full")
    }
}
