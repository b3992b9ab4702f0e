//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import Testing

@testable import Dashboard

/// What `watch` shows, without a terminal.
@Suite("The model of watch")
struct WatchModelTests {
    private static let now = Timestamp(milliseconds: 1_758_450_600_000)

    private func change(_ id: String, _ status: String, _ more: [String: String] = [:]) throws -> ChangeEvent {
        var fields = ["request_id": id, "status": status, "task": "task of \(id)", "steps": "0"]
        fields["created_at"] = Timestamp(milliseconds: Self.now.milliseconds - 60_000).iso8601
        fields.merge(more) { $1 }
        return .run(try #require(RunChange { fields[$0] }), timestamp: Self.now)
    }

    private func model(columns: Int = 60, rows: Int = 8) -> WatchModel {
        WatchModel(size: ScreenSize(columns: columns, rows: rows), times: TimeStyle(isUTC: true))
    }

    private func log(_ id: Identifier) -> WatchedLog {
        let url = ServiceURL("http://127.0.0.1:1") ?? .defaultAPI
        return WatchedLog(of: id, api: url, times: TimeStyle(isUTC: true))
    }

    private func press(_ model: inout WatchModel, _ keys: Key...) -> [WatchModel.Effect] {
        keys.flatMap { model.press($0) { log($0) } }
    }

    private func text(_ model: inout WatchModel) -> [String] {
        model.screen(at: Self.now).map { line in String(line.plain.reversed().drop { $0 == " " }.reversed()) }
    }

    @Test("The list has who goes on first, then who waits, then who has ended")
    func list() throws {
        var model = model()
        _ = model.apply(.connected(channel: "", timestamp: Self.now))
        let started = ["started_at": Timestamp(milliseconds: Self.now.milliseconds - 5000).iso8601, "steps": "3"]
        _ = model.apply(try change("done", "completed", ["finished_at": Self.now.iso8601]))
        _ = model.apply(try change("waits", "queued"))
        _ = model.apply(try change("goes-on", "running", started))
        model.runs.set(lastLine: "📍 Step 3: Click \"Save\"", of: try Identifier("goes-on"))
        model.settle()
        #expect(
            text(&model) == [
                " Stepcast · 1 running · 1 queued                       live",
                "  STATUS     STEP     TIME  RUN      LAST LINE",
                "▌ running       3     5.0s  goes-on  📍 Step 3: Click \"Save\"",
                "  queued             1m00s  waits    task of waits",
                "  completed          1m00s  done     task of done", "", "",
                " enter open   / search   f filter   p pause   c cancel   ? keys   q quit",
            ]
        )
        model.resize(ScreenSize(columns: 34, rows: 6))
        #expect(text(&model)[2] == "▌ running       3  goes-on  📍 St…")
        for (columns, rows) in [(20, 5), (200, 60), (21, 5), (19, 4), (1, 1)] {
            model.resize(ScreenSize(columns: columns, rows: rows))
            #expect(model.screen(at: Self.now).allSatisfy { $0.cut(to: columns).columns <= columns })
            #expect(text(&model).count == (columns < 20 ? 1 : rows))
        }
    }

    @Test("The selection stays on its run while others come and go, and in sight")
    func selection() throws {
        var model = model(rows: 6)
        for number in 1...9 {
            let time = Timestamp(milliseconds: Self.now.milliseconds + Int64(number) * 1000).iso8601
            _ = model.apply(try change("r\(number)", "running", ["started_at": time]))
        }
        // The first one, whichever that is, until a key is pressed.
        #expect(model.selected?.rawValue == "r9")
        _ = press(&model, .down, .down, .down, .down)
        #expect(model.selected?.rawValue == "r5")
        #expect(model.top == 2)
        #expect(model.runsInSight.map(\.rawValue) == ["r7", "r6", "r5"])
        _ = model.apply(try change("r9", "completed", ["finished_at": Self.now.iso8601]))
        #expect(model.selected?.rawValue == "r5")
        _ = press(&model, .end)
        #expect(model.selected?.rawValue == "r9")
        model.runs.remove(try Identifier("r9"))
        model.settle()
        #expect(model.selected?.rawValue == "r1")
    }

    @Test("To cancel takes a y, and a run that has not ended")
    func cancel() throws {
        var model = model()
        _ = model.apply(try change("r", "running"))
        let id = try Identifier("r")
        #expect(press(&model, .character("c"), .character("n")) == [])
        #expect(press(&model, .character("c"), .enter) == [])
        #expect(press(&model, .character("c"), .character("y")) == [.cancel(id)])
        _ = model.apply(try change("r", "failed"))
        #expect(press(&model, .character("c"), .character("y")) == [])
        #expect(press(&model, .control("c")) == [.quit])
        #expect(press(&model, .control("z"), .control("l"), .character("q")) == [.suspend, .redraw, .quit])
    }

    @Test("A snapshot that lacks a run asks what has become of it")
    func snapshot() throws {
        var model = model()
        _ = model.apply(try change("old", "running"))
        _ = model.apply(try change("kept", "running"))
        _ = model.apply(try change("ended", "completed"))
        model.runs.snapshotBegan()
        _ = model.apply(try change("kept", "running", ["steps": "2"]))
        #expect(model.apply(.snapshot(runs: 1, timestamp: Self.now)) == [try Identifier("old")])
        #expect(model.apply(.snapshot(runs: 1, timestamp: Self.now)) == [])
    }

    @Test("A list that is older than what was told does not bring an ended run back")
    func olderList() throws {
        var model = model()
        _ = model.apply(try change("r", "completed"))
        _ = model.apply(try change("r", "running"))
        #expect(model.runs[try Identifier("r")]?.run.status == .completed)
    }

    @Test("A log follows its end, scrolls to its beginning, and stays where it is looked at")
    func logs() throws {
        var model = model(rows: 6)
        _ = model.apply(try change("r", "running"))
        _ = press(&model, .enter)
        let id = try #require(model.log?.requestID)
        func record(_ number: Int) -> StreamEvent {
            .log(LogRecord(message: "line \(number)", requestID: id, timestamp: Self.now), channel: "")
        }
        model.log?.append((1...20).map { record($0) }, columns: 60)
        func shown() -> [String] { text(&model)[1..<5].map { String($0.split(separator: "  ").last ?? "") } }
        #expect(shown() == ["line 17", "line 18", "line 19", "line 20"])
        _ = press(&model, .up, .up)
        #expect(shown() == ["line 15", "line 16", "line 17", "line 18"])
        model.log?.append([record(21), record(22)], columns: 60)
        #expect(shown() == ["line 15", "line 16", "line 17", "line 18"])
        #expect(text(&model)[0].contains("4 lines below"))
        _ = press(&model, .home)
        #expect(shown().last == "line 3" || shown().last == "line 4")
        _ = press(&model, .down)
        #expect(shown().last == "line 4" || shown().last == "line 5")
        _ = press(&model, .end)
        #expect(shown().last == "line 22")
        _ = press(&model, .character("/"), .character("1"), .character("7"), .enter)
        #expect(shown() == ["line 17", "", "", ""])
        _ = press(&model, .escape)
        #expect(model.log != nil && model.search.isEmpty)
        _ = press(&model, .escape)
        #expect(model.log == nil)
    }

    @Test("Search and filter show what they say, and esc shows all again")
    func filters() throws {
        var model = model()
        _ = model.apply(.connected(channel: "", timestamp: Self.now))
        _ = model.apply(try change("one", "running"))
        _ = model.apply(try change("two", "failed", ["error": "it rains"]))
        _ = press(&model, .character("f"))
        #expect(model.shown.map(\.run.requestID.rawValue) == ["one"])
        _ = press(&model, .character("f"), .character("f"))
        #expect(model.shown.map(\.run.requestID.rawValue) == ["two"])
        _ = press(&model, .character("f"), .character("/"), .character("O"), .character("N"))
        #expect(text(&model).last == " / ON█   enter keeps, esc ends the search")
        #expect(model.shown.map(\.run.requestID.rawValue) == ["one"])
        _ = press(&model, .character("x"), .enter)
        #expect(text(&model)[2] == "  no such run; esc shows all")
        _ = press(&model, .escape)
        #expect(model.shown.count == 2)
    }
}
