//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentEvents
import Browser
import PageActions

/// Answering what a page asks, and writing what it opens for.
extension StepRun {
    /// Says beforehand how a dialog is answered.
    func prepare(_ deed: Deed) async throws {
        guard case .answer(let accept, let text, let kind) = deed else { return }
        context.answerNextDialog(accept ? .accept(text: text) : .dismiss, kind: kind)
    }

    /// Sees that a dialog was answered; answers one that the page draws itself.
    func answered(_ deed: Deed, _ memory: inout RunMemory, _ others: [Deed]) async throws -> Bool {
        guard case .answer(let accept, _, let kind) = deed else { return false }
        let page = try await context.currentPage()
        let shown = page.dialogs.filter { $0.number > memory.page.dialogs }
        if let dialog = kind.map({ kind in shown.first { $0.kind == kind.rawValue } }) ?? shown.last {
            memory.page.dialogs = dialog.number
            let wasAccepted = dialog.answer != .dismiss
            guard wasAccepted == accept || dialog.kind == DialogKind.alert.rawValue else {
                throw ActionFailure(
                    .notVerified,
                    "the page asked \"\(dialog.message.shortened(to: 200))\" and was answered with \(dialog.answer.spoken)"
                )
            }
            await tell(.acted(.answered(dialog: dialog.kind, message: dialog.message, answer: dialog.answer.spoken)))
            return true
        }
        let names =
            accept
            ? ["ok", "yes", "confirm", "accept", "agree", "continue", "proceed", "delete", "remove", "yes really"]
            : ["cancel", "no", "no thanks", "not now", "dismiss", "close", "keep", "back"]
        let index = try await index()
        let boxes = index.indices.filter {
            ["dialog", "alertdialog"].contains(index.nodes[$0].role) || index.nodes[$0].tag == "dialog"
                || KindFit.fits($0, .dialog, index) && index.nodes[$0].role != "status"
        }
        for name in names {
            let found = index.indices.filter { node in
                index.nodes[node].isInteractive && (boxes.contains { index.isInside(node, $0) })
                    && index.labels[node].contains { $0.words.first == name || $0.text.lowercased() == name }
            }
            if let node = found.last {
                try await execute(
                    Plan(actions: [.click(index.view.seen(node))], element: index.view.seen(node)),
                    &memory
                )
                return true
            }
        }
        if !others.isEmpty {
            try await execute(try await plan(others, memory), &memory)
            return true
        }
        if step.isAhead, !memory.isLast {
            try await prepare(deed)
            memory.isPrepared = true
            await tell(.acted(.saw("The next dialog will be answered with \(accept ? "OK" : "Cancel")")))
            return true
        }
        if step.isOptional { return true }
        throw ActionFailure(.notSupported, "the page shows no dialog to answer")
    }

    // MARK: Writing

    /// Writes a text into what an action has opened, and sends it.
    func write(_ act: Deed.Act, _ memory: inout RunMemory) async throws {
        let resolver = Resolver(page: try await index(), memory: memory.page, secrets: memory.hidden)
        if let recipient = act.recipient, !["it", "me"].contains(recipient), act.text == nil || act.words[0] != "add" {
            let names = ["to", "recipient", "recipients", "email", "e-mail", "address", "send to"]
            let field = Target(spoken: "recipient", readings: names.map { Reading(name: Name($0)) })
            try await execute(
                try await plan(
                    [
                        .type(.text(recipient), into: field, mode: .replace),
                        .type(.text(recipient), into: .nothing, mode: .replace),
                    ],
                    memory
                ),
                &memory
            )
        }
        if let text = act.text {
            let names = ["message", "body", "text", "reply", "comment", "content", "write"]
            let field = Target(spoken: "message", readings: names.map { Reading(name: Name($0)) })
            let fields = resolver.page.indices.filter {
                Purpose.fill.allows($0, resolver.page) && resolver.page.nodes[$0].value.isEmpty
                    && resolver.page.nodes[$0].tag == "textarea"
            }
            var deeds: [Deed] = [.type(text, into: .nothing, mode: .replace), .type(text, into: field, mode: .replace)]
            if fields.count == 1 {
                deeds.insert(
                    .type(
                        text,
                        into: Target(spoken: "text area", readings: [Reading(kind: .field, noun: "textarea")]),
                        mode: .replace
                    ),
                    at: 0
                )
            }
            try await execute(try await plan(deeds, memory), &memory)
        }
        guard !memory.isSent else { return }
        let send = ["send", "submit", "post", "save", "reply", "comment", "tweet", "publish", act.words[0]]
        let index = try await index()
        let field = memory.page.field.flatMap { Finder(page: index).index(of: $0) }
        for name in send {
            let found = index.indices.filter { node in
                index.nodes[node].isInteractive && !index.nodes[node].isEditable
                    && index.labels[node].contains {
                        $0.words.first == name && $0.words.count <= 3 || $0.text.lowercased() == name
                    }
            }
            let near =
                field.map { field in
                    found.min { (index.distance($0, field) ?? .max, $0) < (index.distance($1, field) ?? .max, $1) }
                } ?? (found.count == 1 ? found.first : nil)
            if let node = near {
                try await execute(
                    Plan(actions: [.click(index.view.seen(node))], element: index.view.seen(node)),
                    &memory
                )
                return
            }
        }
        if let field { try await self.act(.press("Enter", times: 1, in: index.view.seen(field)), &memory) }
    }
}
