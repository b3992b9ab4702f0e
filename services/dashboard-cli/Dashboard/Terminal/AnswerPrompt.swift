//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import JSON

/// A run's question, with what is typed as its answer. It does no I/O.
struct AnswerPrompt: Sendable {
    /// What is to be done after a key.
    enum Action: Equatable {
        case nothing

        /// To show it anew.
        case show

        /// To send an answer, as agent-api takes it.
        case send(JSONValue)

        /// To leave the question alone.
        case leave
    }

    let question: WaitingFor

    /// Whether the answer is on its way. No key changes it meanwhile.
    var isSending = false

    private(set) var text = ""

    /// What is wrong with what was typed.
    private var complaint: String?

    /// The most characters that agent-api takes.
    private static let longest = 4000

    init(_ question: WaitingFor) { self.question = question }

    mutating func press(_ key: Key) -> Action {
        if isSending { return .nothing }
        complaint = nil
        switch key {
        case .character(let character):
            guard text.count < Self.longest else { return complain("no more than \(Self.longest) characters") }
            text.append(character)
        case .backspace: _ = text.popLast()
        case .control("u"): text = ""
        case .control("w"):
            while text.last?.isWhitespace == true { text.removeLast() }
            while let last = text.last, !last.isWhitespace { text.removeLast() }
        case .escape: return .leave
        case .control("d"): return text.isEmpty ? .leave : .nothing
        case .enter: return send()
        default: return .nothing
        }
        return .show
    }

    private mutating func send() -> Action {
        let answer: JSONValue
        switch question.kind {
        case .answer:
            if text.allSatisfy(\.isWhitespace) { return complain("type an answer, or press Esc") }
            answer = ["text": .string(text)]
        case .approval:
            switch text.lowercased().filter({ !$0.isWhitespace }) {
            case "y", "yes": answer = ["approved": true]
            case "n", "no": answer = ["approved": false]
            default: return complain("type yes or no, or press Esc")
            }
        }
        isSending = true
        return .send(answer)
    }

    private mutating func complain(_ text: String) -> Action {
        complaint = text
        return .show
    }

    /// The lines at the bottom of the terminal. The cursor stands behind the last one.
    func lines(in size: ScreenSize) -> [ScreenLine] {
        var head = ScreenLine(TerminalText.singleLine(question.question), .boldYellow)
        head.append(" · " + (complaint ?? "Enter sends, Esc leaves it"), complaint == nil ? .dim : .yellow)
        if isSending { return [head, ScreenLine("sending …", .dim)] }
        let what = question.kind == .approval ? "yes or no" : question.isSecret ? "not shown" : "answer"
        var line = ScreenLine(what + "> ")
        if !question.isSecret {
            // Its end, where the cursor is.
            var end = text[...]
            let width = max(1, size.columns - 1 - line.columns)
            while TextWidth.columns(end) > width { end.removeFirst() }
            line.append(String(end))
        }
        return [head, line]
    }
}
