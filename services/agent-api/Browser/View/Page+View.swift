//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Synchronization

extension Page {
    /// All that the page shows, as a tree: what can be used, what it says, how it is arranged, with the contents of frames
    /// (also in other processes) and of open and closed shadow roots in their places.
    ///
    /// It does not wait for anything; a frame that does not answer within two seconds is left out.
    ///
    /// - Parameters:
    ///   - isNumbering: whether elements that no snapshot has listed get a number.
    ///   - timeout: how long it may take.
    /// - Throws: ``BrowserError``: `timedOut`, or that the page is gone; `CancellationError`.
    package func view(isNumbering: Bool = true, timeout: Duration = .seconds(10)) async throws -> PageView {
        let deadline = Deadline.after(timeout)
        async let tabs = tabs(until: deadline)
        let looks: [String: Look<FrameView>] = try await lookAtFrames(until: deadline, of: timeout)
        var composition = ViewComposition(looks: looks, main: targetID, isNumbering: isNumbering)
        elements.withLock { composition.compose(with: &$0) }
        let main = looks[targetID]?.summary
        var view = PageView(url: url)
        view.title = main?.title ?? ""
        view.tabs = try await tabs
        view.currentTab = tabID
        view.focused = composition.focused
        view.selectedText = looks.values.lazy.map(\.content.selectedText).first { !$0.isEmpty } ?? ""
        view.pagesAbove = main?.pagesAbove ?? 0
        view.pagesBelow = main?.pagesBelow ?? 0
        view.window = main?.window ?? view.window
        view.dialogs = dialogs
        view.nodes = composition.nodes
        view.isCut = composition.isCut
        if let focused = view.focused { view.nodes[focused].isFocused = true }
        return view
    }
}
