//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import NIOCore
import Testing

@testable import LiveView

@Suite("What a viewer of the live view is shown next")
struct LiveViewerStateTests {
    private let start = ContinuousClock.now

    private func part(_ number: UInt8, of run: Identifier) throws -> LivePart {
        var bytes = ByteBuffer(string: #"{"timestamp":1.5,"width":1280,"height":800,"url":"http://site.test/"}"# + "\n")
        bytes.writeBytes([0xFF, 0xD8, 0xFF, number])
        let frame: LiveFrame = try #require(LiveFrame(bytes))
        return LivePart(frame, of: run)
    }

    private func state(_ runs: Identifier..., heartbeat: Duration = .seconds(15)) -> LiveViewerState {
        LiveViewerState(runs: runs, interval: .milliseconds(250), heartbeat: heartbeat, now: start)
    }

    private func written(_ action: LiveViewerState.Action) -> UInt8? {
        if case .write(let part) = action { part.jpeg.readableBytesView.last } else { nil }
    }

    private func wake(_ action: LiveViewerState.Action) -> Duration? {
        if case .wait(let until) = action { start.duration(to: until) } else { nil }
    }

    @Test("The latest picture wins, and none is written before the one before it")
    func latestWins() throws {
        let run = try Identifier("a")
        var state = state(run)
        state.take(try part(1, of: run), of: run)
        #expect(written(state.next(now: start)) == 1)
        state.take(try part(2, of: run), of: run)
        state.take(try part(3, of: run), of: run)
        #expect(written(state.next(now: start + .seconds(5))) == nil)
        state.wrote()
        #expect(wake(state.next(now: start + .milliseconds(10))) == .milliseconds(250))
        #expect(written(state.next(now: start + .milliseconds(250))) == 3)
    }

    @Test("Each of several runs has its turn")
    func turns() throws {
        let (first, second) = (try Identifier("a"), try Identifier("b"))
        var state = state(first, second)
        state.take(try part(1, of: first), of: first)
        state.take(try part(2, of: second), of: second)
        var order: [UInt8] = []
        for number in 0..<4 {
            let now = start + .milliseconds(300) * number
            if let number = written(state.next(now: now)) { order.append(number) }
            state.wrote()
            state.take(try part(3, of: first), of: first)
            state.take(try part(4, of: second), of: second)
        }
        #expect(order == [2, 3, 4] || order == [1, 4, 3])
    }

    @Test("A picture that stays the last one is written once more after a second, and then with each heartbeat")
    func repetition() throws {
        let run = try Identifier("a")
        var state = state(run)
        state.take(try part(1, of: run), of: run)
        #expect(written(state.next(now: start)) == 1)
        state.wrote()
        #expect(wake(state.next(now: start + .milliseconds(300))) == .seconds(1))
        #expect(written(state.next(now: start + .seconds(1))) == 1)
        state.wrote()
        state.take(try part(1, of: run), of: run)
        #expect(wake(state.next(now: start + .seconds(2))) == .seconds(16))
        #expect(written(state.next(now: start + .seconds(16))) == 1)
    }

    @Test("A run without a picture is told of with each heartbeat")
    func noPicture() throws {
        var state = state(try Identifier("a"))
        #expect(wake(state.next(now: start)) == .seconds(15))
        guard case .write(let part) = state.next(now: start + .seconds(15)) else {
            Issue.record("nothing is written")
            return
        }
        #expect(String(buffer: part.bytes).contains("Stepcast-Picture: none"))
    }

    @Test("The last picture of a run that has ended is still shown, and then the connection ends")
    func ending() throws {
        let (first, second) = (try Identifier("a"), try Identifier("b"))
        var state = state(first, second)
        state.take(try part(1, of: first), of: first)
        state.end(first)
        state.end(second)
        state.take(try part(2, of: second), of: second)
        #expect(written(state.next(now: start)) == 1)
        state.wrote()
        guard case .end = state.next(now: start) else {
            Issue.record("the connection does not end")
            return
        }
    }

    @Test("What is no picture is not taken, and no address ends a header field")
    func hostileMessages() throws {
        for text in ["", "\n", "{}", "{}\n", "{}\nGIF89a", "[]\n\u{FF}", "{\"url\":\n"] {
            #expect(LiveFrame(ByteBuffer(string: text)) == nil, "\(text)")
        }
        var bytes = ByteBuffer(string: #"{"url":"http://a/\r\nX: y ü","withheld":"secret"}"# + "\n")
        let frame: LiveFrame = try #require(LiveFrame(bytes))
        let part = LivePart(frame, of: try Identifier("a"))
        let head = String(buffer: part.bytes).prefix(400)
        #expect(head.contains("Stepcast-Page: http://a/%0D%0AX:%20y%20%C3%BC\r\n"))
        #expect(head.contains("Stepcast-Picture: withheld\r\n"))
        #expect(part.jpeg.readableBytesView.starts(with: [0xFF, 0xD8, 0xFF]))
        bytes = ByteBuffer(string: String(repeating: " ", count: 20_000) + "{}\n")
        #expect(LiveFrame(bytes) == nil)
    }
}
