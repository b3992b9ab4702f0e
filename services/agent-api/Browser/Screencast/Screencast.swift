//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import FoundationEssentials

/// How a page is pictured while somebody watches it.
package struct ScreencastOptions: Sendable, Hashable {
    /// The quality of the JPEG, 1 to 100.
    package var quality: Int
    /// The largest width in pixels; a wider window is scaled down.
    package var maximumWidth: Int
    /// The largest size in bytes. A picture that is larger is taken again, coarser.
    package var maximumBytes: Int

    package init(quality: Int = 50, maximumWidth: Int = 960, maximumBytes: Int = 400 << 10) {
        self.quality = quality
        self.maximumWidth = maximumWidth
        self.maximumBytes = maximumBytes
    }
}

/// A picture of a page that differs from the one before.
package struct PageFrame: Sendable {
    package let jpeg: [UInt8]
    /// The size of the page's window in CSS pixels; 0 where the browser does not say.
    package let width: Int
    package let height: Int
}

/// Pictures of a page, one each time that it is asked for one and looks different or is at another address.
///
/// The browser's screencast captures all that a page paints, however few of the pictures are acknowledged: a page that
/// moves costs half of a core. So it is stopped when a picture has come and started for the next one, which the browser
/// then takes at once. It is left running only while the page does not change, which costs nothing.
///
/// Used by one task at a time.
package final class Screencast {
    private let page: Page
    private let options: ScreencastOptions
    /// Where the page was when the browser was told to start; `nil` while it does not run.
    private var startedAt: String?

    /// Until when the browser may take for the picture that it owes for a start; `nil` when it has come.
    private var owed: Deadline?

    /// How many pictures had come when the last one was taken, or the browser was told to start. One may come from one
    /// call to the next.
    private var seen = 0
    private var last: (data: String, url: String)?
    private var coarseness = 0

    package init(of page: Page, _ options: ScreencastOptions = ScreencastOptions()) {
        self.page = page
        self.options = options
    }

    /// Waits until the page looks different from the last picture, or is elsewhere. The first picture comes at once.
    ///
    /// - Parameter patience: How long to wait.
    /// - Returns: `nil` when the page has not changed, or when even the coarsest picture of it is too large.
    /// - Throws: ``BrowserError``, such as that the page is gone; `CancellationError`.
    package func next(within patience: Duration) async throws -> PageFrame? {
        let deadline = Deadline.after(patience)
        // What another document has painted before the browser noticed that there is one would never come.
        if let startedAt, startedAt != page.url { stop() }
        if startedAt == nil { try await start() }
        while true {
            let reached = seen
            let state: ScreencastState
            do {
                let limit = owed.map { deadline.capped(at: $0.remaining) } ?? deadline
                state = try await page.screencast.wait(for: "a picture", until: limit) { state in
                    state.count > reached || state.isOver ? state : nil
                }
            } catch let error as BrowserError where error.code == .timedOut {
                if let failure = page.state.current.failure { throw failure }
                guard let owed, owed.hasPassed else { return nil }
                stop()
                if deadline.hasPassed { return nil }
                try await start()
                continue
            }
            if state.isOver { throw page.state.current.failure ?? BrowserError(.pageClosed, "the page was closed") }
            seen = state.count
            owed = nil
            let url = page.url
            guard let data = state.data, last.map({ $0 != (data, url) }) ?? true else { continue }
            last = (data, url)
            stop()
            guard let jpeg = Data(base64Encoded: data) else {
                throw BrowserError(.protocolError, "the browser sent a picture that is none")
            }
            if jpeg.count <= options.maximumBytes {
                return PageFrame(jpeg: [UInt8](jpeg), width: state.width, height: state.height)
            }
            guard coarseness + 1 < Self.steps.count else { return nil }
            coarseness += 1
            try await start()
        }
    }

    /// Has the browser stop. To be called at the end.
    package func stop() {
        guard startedAt != nil else { return }
        startedAt = nil
        page.connection.post("Page.stopScreencast", session: page.session)
    }

    /// How long the browser may take for the picture that it owes for a start. While a document takes another's place, or
    /// the machine is busy, it can forget it, and with it what the page looks like until it changes.
    private static let owedWithin = Duration.seconds(2)

    /// Each is coarser than the one before; most pages fit the first.
    private static let steps: [(quality: Double, width: Double)] = [(1, 1), (0.6, 1), (0.6, 0.5), (0.4, 0.25)]

    private func start() async throws {
        let step = Self.steps[coarseness]
        let width = Double(options.maximumWidth) * step.width
        startedAt = page.url
        owed = .after(Self.owedWithin)
        seen = page.screencast.current.count
        _ = try await page.call(
            "Page.startScreencast",
            [
                "format": "jpeg", "quality": .integer(Int64(Double(options.quality) * step.quality)),
                // A window may be tall; it is the width that counts.
                "maxWidth": .integer(Int64(width)), "maxHeight": .integer(Int64(width * 4)),
            ],
            until: .after(.seconds(5))
        )
    }
}

/// What has come of a page's screencast.
struct ScreencastState: Sendable {
    /// How many pictures have come.
    var count = 0
    /// The last one, in Base64.
    var data: String?
    var width = 0
    var height = 0
    /// Whether no other will come.
    var isOver = false
}

extension Page {
    /// Takes a picture, and lets the browser send the next one.
    func screencastFrame(_ event: DevToolsEvent) {
        if let number = event.params["sessionId"]?.integer {
            connection.post("Page.screencastFrameAck", ["sessionId": .integer(Int64(number))], session: event.session)
        }
        let metadata = event.params["metadata"]
        screencast.update { state in
            state.count += 1
            state.data = event.params["data"]?.string
            state.width = Int(metadata?["deviceWidth"]?.number ?? 0)
            state.height = Int(metadata?["deviceHeight"]?.number ?? 0)
        }
    }
}
