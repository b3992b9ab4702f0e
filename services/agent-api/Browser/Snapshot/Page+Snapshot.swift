//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Synchronization

extension Page {
    /// The page as a person would see it now: what can be used, what it says, and what lies around it, the contents of
    /// frames (also in other processes) and of open and closed shadow roots in their places.
    ///
    /// It does not wait for anything; a frame that does not answer within two seconds is left out.
    ///
    /// - Parameters:
    ///   - textLimit: how many characters ``PageSnapshot/text`` may have. What is cut lies farthest from the part that
    ///     the window shows.
    ///   - isNearWindow: whether the text of a long page tells only what the window shows and about one window around it, and
    ///     how much lies above and below.
    ///   - timeout: how long it may take.
    /// - Throws: ``BrowserError``: `timedOut`, or that the page is gone; `CancellationError`.
    package func snapshot(
        textLimit: Int = 40_000,
        isNearWindow: Bool = false,
        timeout: Duration = .seconds(10)
    ) async throws -> PageSnapshot {
        let deadline = Deadline.after(timeout)
        async let tabs = tabs(until: deadline)
        let looks: [String: Look<FrameSnapshot>] = try await lookAtFrames(until: deadline, of: timeout)
        var composition = SnapshotComposition(looks: looks, main: targetID)
        elements.withLock { composition.compose(with: &$0) }
        let main = looks[targetID]?.summary
        let lines = SnapshotText(composition.lines, url: url, isCut: composition.isCut)
        var snapshot = PageSnapshot(
            url: url,
            title: main?.title ?? "",
            tabs: try await tabs,
            currentTab: tabID,
            elements: composition.elements,
            text: lines.text(limit: textLimit, isNearWindow: isNearWindow),
            pagesAbove: main?.pagesAbove ?? 0,
            pagesBelow: main?.pagesBelow ?? 0
        )
        snapshot.lines = lines
        return snapshot
    }

    /// The pages that share this one's browser context, in the order in which they were opened.
    func tabs(until deadline: Deadline) async throws -> [PageSnapshot.Tab] {
        let answer = try await connection.call("Target.getTargets", until: deadline)
        let targets = answer["targetInfos"]?.array ?? []
        return shared.openTabs.withLock { $0 }().compactMap { id in
            guard let target = targets.first(where: { $0["targetId"]?.string == id }) else { return nil }
            return PageSnapshot.Tab(
                id: String(id.suffix(4)),
                url: target["url"]?.string ?? "",
                title: target["title"]?.string ?? ""
            )
        }
    }
}
