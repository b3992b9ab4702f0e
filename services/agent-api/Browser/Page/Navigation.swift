//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// What came of opening an address.
public struct Navigation: Sendable, Hashable {
    /// The address that was reached, after redirects.
    public var url: String
    /// The HTTP status of the document; `nil` where there was no HTTP response.
    public var status: Int?
}

extension Page {
    /// Opens an address and waits until its document has loaded (or its network is almost idle, for pages that never stop loading).
    ///
    /// - Parameters:
    ///   - url: an absolute URL.
    ///   - timeout: how long it may take.
    /// - Returns: where it led and the HTTP status; a status of 400 and more is no error here.
    /// - Throws: ``BrowserError``: `navigationFailed` with Chromium's reason, `timedOut`, or that the page is gone;
    ///   `CancellationError`.
    public func navigate(to url: String, timeout: Duration = .seconds(30)) async throws -> Navigation {
        let deadline = Deadline.after(timeout)
        let answer: JSONValue
        do {
            answer = try await call("Page.navigate", ["url": .string(url)], until: deadline)
        } catch let error as BrowserError where error.code == .timedOut {
            connection.post("Page.stopLoading", session: session)
            throw BrowserError(.timedOut, "\(url) did not answer within \(timeout.formattedSeconds)")
        }
        if answer["isDownload"]?.bool == true {
            throw BrowserError(.navigationFailed, "\(url) is a download, not a page")
        }
        if let reason = answer["errorText"]?.string, !reason.isEmpty {
            throw BrowserError(.navigationFailed, "cannot open \(url): \(reason)", netError: reason)
        }
        // An address that differs in its fragment only loads no document.
        guard let loader = answer["loaderId"]?.string else { return current() }
        do {
            try await wait(for: "\(url) to load", until: deadline) { state in
                // A client-side redirect may already have replaced our document by the next.
                state.isLoaded && (state.mainFrame.loader == loader || state.documentStatus[loader] != nil) ? () : nil
            }
        } catch let error as BrowserError where error.code == .timedOut {
            connection.post("Page.stopLoading", session: session)
            throw BrowserError(.timedOut, "\(url) did not finish loading within \(timeout.formattedSeconds)")
        }
        try await waitUntilUsable(until: deadline)
        return current()
    }

    /// Goes back in the history.
    ///
    /// - Throws: ``BrowserError``: `navigationFailed` when there is nothing to go back to, and as in ``navigate(to:timeout:)``.
    public func goBack(timeout: Duration = .seconds(30)) async throws -> Navigation {
        let deadline = Deadline.after(timeout)
        let history = try await call("Page.getNavigationHistory", until: deadline)
        guard
            let index = history["currentIndex"]?.int, let entries = history["entries"]?.array, index > 0, index <= entries.count,
            let entry = entries[index - 1]["id"]
        else {
            throw BrowserError(.navigationFailed, "there is no earlier page to go back to")
        }
        let before = mark()
        _ = try await call("Page.navigateToHistoryEntry", ["entryId": entry], until: deadline)
        try await settle(since: before, until: deadline)
        return current()
    }

    private func current() -> Navigation {
        let state = state.current
        return Navigation(url: state.mainFrame.url, status: state.mainFrame.loader.flatMap { state.documentStatus[$0] })
    }
}

extension Duration {
    /// For messages: `30 s`, `1.5 s`.
    var formattedSeconds: String {
        let milliseconds = components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000
        return milliseconds % 1000 == 0 ? "\(milliseconds / 1000) s" : "\(Double(milliseconds) / 1000) s"
    }
}
