//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Logging
import Synchronization

extension Page {
    /// The most dialogs of a page that are remembered.
    static let rememberedDialogs = 100

    /// The last dialogs that the page has opened, with their answers.
    package var dialogs: [PageDialog] { state.current.dialogs }

    /// Answers a dialog as it opens, since it stops the page until then.
    ///
    /// A page that opens them without end is stopped: its script is ended, and what was under way on the page fails with
    /// `scriptFailed`. The page can be used on.
    func dialogOpened(_ event: DevToolsEvent) {
        let kind = event.params["type"]?.string ?? "dialog"
        let message = event.params["message"]?.string ?? ""
        let answer = shared.answers.withLock { $0.take(DialogKind(rawValue: kind)) }
        let isTooMany = state.update { state in
            state.dialogCount += 1
            let dialog = PageDialog(number: state.dialogCount, kind: kind, message: message, answer: answer)
            state.dialogs = state.dialogs.suffix(Self.rememberedDialogs - 1) + [dialog]
            return state.dialogBurst.isTooMany(at: .now)
        }
        // While the dialog is open, so that the script ends where it would go on.
        if isTooMany { connection.post("Runtime.terminateExecution", session: event.session) }
        var params: [String: DevToolsValue] = ["accept": false]
        if case .accept(let text) = answer, !isTooMany {
            params = ["accept": true, "promptText": text.map { .string($0) } ?? event.params["defaultPrompt"] ?? ""]
        }
        connection.post("Page.handleJavaScriptDialog", .object(params), session: event.session)
        guard isTooMany else { return }
        let text = "the page opened more than \(DialogBurst.limit) dialogs one after the other; its script was stopped"
        // Neither its address nor its words: there may be secrets in them, which the service's own log does not know.
        logger.debug("\(text)")
        connection.failPending(of: event.session ?? session, with: BrowserError(.scriptFailed, text))
    }
}
