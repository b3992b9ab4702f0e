//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import FoundationEssentials

extension BrowserContext {
    /// The files that pages of this context have let the browser download, the first one first. They lie in a directory of
    /// the context's own, which is removed with it.
    package var downloads: [Download] { files.downloads.current.all }

    /// Waits until no download is under way any more.
    ///
    /// - Returns: all downloads.
    /// - Throws: ``BrowserError`` (`timedOut`) or `CancellationError`.
    @discardableResult
    package func waitForDownloads(timeout: Duration = .seconds(60)) async throws -> [Download] {
        try await files.downloads.wait(for: "the downloads", until: .after(timeout)) { list in
            list.all.contains { $0.state == .underWay } ? nil : list.all
        }
    }

    /// Waits until there are so many downloads, and all of them have ended.
    ///
    /// - Throws: ``BrowserError`` (`timedOut`) or `CancellationError`.
    @discardableResult
    package func waitForDownloads(count: Int, timeout: Duration = .seconds(60)) async throws -> [Download] {
        try await files.downloads.wait(for: "\(count) downloads", until: .after(timeout)) { list in
            list.all.count < count || list.all.contains { $0.state == .underWay } ? nil : list.all
        }
    }

    /// Lets the browser put files of this context into its directory, or nowhere where it has none.
    func allowDownloads() {
        var params: [String: DevToolsValue] = ["browserContextId": .string(id), "behavior": "deny"]
        if let directory = files.directory {
            // Named by an id, so that no name that a page gives ever becomes a path.
            params["behavior"] = "allowAndName"
            params["downloadPath"] = .string(directory)
            params["eventsEnabled"] = true
        }
        connection.post("Browser.setDownloadBehavior", .object(params))
    }

    /// Takes `Browser.downloadWillBegin` and `Browser.downloadProgress`.
    func downloadChanged(_ event: DevToolsEvent) {
        guard let guid = event.params["guid"]?.string else { return }
        let action = files.downloads.update { list in
            if event.method == "Browser.downloadWillBegin" {
                return list.begin(
                    id: guid,
                    url: event.params["url"]?.string ?? "",
                    suggestedName: event.params["suggestedFilename"]?.string ?? ""
                )
            }
            return list.progress(
                id: guid,
                received: event.params["receivedBytes"]?.integer ?? 0,
                total: event.params["totalBytes"]?.integer ?? 0,
                state: event.params["state"]?.string ?? ""
            )
        }
        switch action {
        case .none: break
        case .cancel:
            connection.post("Browser.cancelDownload", ["guid": .string(guid), "browserContextId": .string(id)])
        case .finish(let name):
            let end = files.finish(guid, as: name)
            files.downloads.update { $0.finished(id: guid, path: end.path, reason: end.reason) }
        case .discard: files.discard(guid)
        }
    }
}
