//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// What came of opening an address.
package struct Navigation: Sendable, Hashable {
    /// The address that was reached, after redirects.
    package var url: String
    /// The HTTP status of the document; `nil` where there was no HTTP response.
    package var status: Int?
}

extension Page {
    /// Opens an address and waits until its document has loaded (or its network is almost idle, for pages that never
    /// stop loading).
    ///
    /// - Parameters:
    ///   - url: an absolute URL.
    ///   - timeout: how long it may take.
    /// - Returns: where it led and the HTTP status; a status of 400 and more is no error here.
    /// - Throws: ``BrowserError``: `navigationFailed` with Chromium's reason, `timedOut`, or that the page is gone;
    ///   `CancellationError`. What the policy of the context forbids is `navigationFailed` too, and the message names the
    ///   rule.
    package func navigate(to url: String, timeout: Duration = .seconds(30)) async throws -> Navigation {
        try checkMayOpen(url)
        let deadline = Deadline.after(timeout)
        let answer: DevToolsValue
        do {
            answer = try await call("Page.navigate", ["url": .string(url)], until: deadline)
        } catch let error as BrowserError where error.code == .timedOut {
            connection.post("Page.stopLoading", session: session)
            let message = "\(url) did not answer within \(timeout.formattedSeconds)"
            throw BrowserError(.timedOut, message, netError: "net::ERR_TIMED_OUT")
        }
        if answer["isDownload"]?.bool == true {
            let path = url.prefix { $0 != "?" && $0 != "#" }.lowercased()
            let isPDF = path.hasSuffix(".pdf")
            let reason =
                isPDF
                ? "\(url) is a PDF, which cannot be shown or read; it is downloaded as a file"
                : "\(url) is a download, not a page"
            throw BrowserError(.navigationFailed, reason)
        }
        if let reason = answer["errorText"]?.string, !reason.isEmpty {
            let reason = try connectionFailure(behind: reason, opening: url)
            let meaning = Self.meaning(of: reason).map { " (\($0))" } ?? ""
            throw BrowserError(.navigationFailed, "cannot open \(url): \(reason)\(meaning)", netError: reason)
        }
        // An address that differs in its fragment only loads no document.
        guard let loader = answer["loaderId"]?.string else { return current() }
        do {
            try await wait(for: "\(url) to load", until: deadline) { state in
                // The document that is shown may already be the next one: pages redirect themselves. An earlier one it
                // cannot be.
                state.isLoaded && state.committedLoaders.contains(loader) ? () : nil
            }
        } catch let error as BrowserError where error.code == .timedOut {
            connection.post("Page.stopLoading", session: session)
            throw BrowserError(.timedOut, "\(url) did not finish loading within \(timeout.formattedSeconds)")
        }
        try await waitUntilUsable(until: deadline)
        return current()
    }

    /// What the commonest of Chromium's reasons mean.
    private static func meaning(of reason: String) -> String? {
        if reason.hasPrefix("net::ERR_CERT_") { return "its certificate is not valid" }
        return switch reason {
        case "net::ERR_NAME_NOT_RESOLVED": "there is no such host"
        case "net::ERR_CONNECTION_REFUSED": "nothing listens there"
        case "net::ERR_CONNECTION_RESET", "net::ERR_CONNECTION_CLOSED", "net::ERR_EMPTY_RESPONSE":
            "the server closed the connection without an answer"
        case "net::ERR_CONNECTION_TIMED_OUT": "the server does not answer"
        case "net::ERR_INTERNET_DISCONNECTED", "net::ERR_ADDRESS_UNREACHABLE": "there is no way to that network"
        case "net::ERR_TOO_MANY_REDIRECTS": "it redirects in a circle"
        case "net::ERR_SSL_PROTOCOL_ERROR": "the server does not speak https"
        case "net::ERR_UNSAFE_PORT": "browsers refuse that port"
        default: nil
        }
    }

    /// Goes back (`-1`) or forward (`1`) in the history.
    ///
    /// - Throws: ``BrowserError``: `navigationFailed` when there is nothing there, and as in ``navigate(to:timeout:)``.
    package func goThroughHistory(by offset: Int, timeout: Duration = .seconds(30)) async throws -> Navigation {
        let deadline = Deadline.after(timeout)
        let history = try await call("Page.getNavigationHistory", until: deadline)
        let entries = history["entries"]?.array ?? []
        let index = (history["currentIndex"]?.integer ?? 0) + offset
        // The empty page that every tab begins with is nowhere to go to.
        guard entries.indices.contains(index), let entry = entries[index]["id"], entries[index]["url"] != "about:blank"
        else {
            throw BrowserError(.navigationFailed, "there is no \(offset < 0 ? "earlier" : "later") page to go to")
        }
        let before = mark()
        _ = try await call("Page.navigateToHistoryEntry", ["entryId": entry], until: deadline)
        try await wait(for: "the page to load", until: deadline) { state in
            state.commits > before.commits || state.mainFrame.url == entries[index]["url"]?.string ? () : nil
        }
        try await settle(since: before, until: deadline)
        return current()
    }

    /// Loads the page again.
    ///
    /// - Throws: as ``navigate(to:timeout:)``.
    package func reload(timeout: Duration = .seconds(30)) async throws -> Navigation {
        let deadline = Deadline.after(timeout)
        let before = mark()
        _ = try await call("Page.reload", until: deadline)
        try await wait(for: "the page to load again", until: deadline) {
            $0.commits > before.commits && $0.isLoaded ? () : nil
        }
        try await waitUntilUsable(until: deadline)
        return current()
    }

    /// Waits until the page has loaded, for one that something else opened.
    ///
    /// - Throws: ``BrowserError``: `timedOut`, or that the page is gone; `CancellationError`.
    package func waitUntilLoaded(timeout: Duration = .seconds(30)) async throws {
        try await wait(for: "the page to load", until: .after(timeout)) { $0.isLoaded ? () : nil }
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
