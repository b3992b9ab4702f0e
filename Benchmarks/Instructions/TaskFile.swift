//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// The text format for tasks. `docs/benchmarks.md` describes it.
struct TaskFile {
    struct Fault: Error, CustomStringConvertible {
        let file: String
        let line: Int
        let reason: String
        var description: String { "\(file):\(line): \(reason)" }
    }

    private let file: String
    private var page: String?
    private var tasks: [BenchmarkTask] = []
    private var draft: Draft?

    /// A task that is still being read.
    private struct Draft {
        let line: Int
        let name: String
        let category: String
        var text: [String] = []
        var answers: [String] = []
        var mistakes: [String] = []
        var candidates: [String]?
        var changes: [[String: String]] = [[:]]
        var solution: [String] = []
        var hasDirectives = false
    }

    private init(file: String) {
        self.file = file
    }

    /// - Parameter file: The file's name, for errors.
    /// - Throws: ``Fault`` for the first invalid line.
    static func parse(_ text: String, file: String) throws(Fault) -> [BenchmarkTask] {
        var parser = TaskFile(file: file)
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            try parser.take(line, number: index + 1)
        }
        try parser.finishTask()
        return parser.tasks
    }

    private mutating func take(_ line: Substring, number: Int) throws(Fault) {
        let words = line.split(separator: " ", maxSplits: 1)
        guard let mark = words.first else { return }
        let rest = words.count > 1 ? String(words[1]) : ""
        switch mark {
        case "##":
            try finishTask()
            page = rest
        case "#":
            try finishTask()
            let parts = rest.split(separator: " ")
            guard parts.count == 2 else {
                throw Fault(file: file, line: number, reason: "\"# name category\" expected, not \"\(line)\"")
            }
            draft = Draft(line: number, name: String(parts[0]), category: String(parts[1]))
        default:
            guard draft != nil else { throw Fault(file: file, line: number, reason: "a task begins with \"# name\"") }
            if isDirective(mark, rest) {
                draft?.hasDirectives = true
            } else if draft?.hasDirectives == true {
                throw Fault(file: file, line: number, reason: "one of = | ? ?- ! > expected, not \"\(mark)\"")
            } else {
                draft?.text.append(String(line))
            }
        }
    }

    /// Parses a line that says how a task is checked or solved; false for any other line.
    private mutating func isDirective(_ mark: Substring, _ rest: String) -> Bool {
        switch mark {
        case "=":
            let (document, patch) = change(rest)
            let last = (draft?.changes.count ?? 1) - 1
            draft?.changes[last][document] = patch
        case "|":
            let (document, patch) = change(rest)
            if draft?.changes == [[:]] { draft?.changes = [] }
            draft?.changes.append([document: patch])
        case "?": draft?.answers.append(rest)
        case "?-": draft?.mistakes.append(rest)
        case "!":
            draft?.candidates = rest.split(separator: "|").map { $0.split(separator: " ").joined(separator: " ") }
        case ">": draft?.solution.append(rest)
        default: return false
        }
        return true
    }

    /// `document {…}`, or `{…}` for the page on which the task starts.
    private func change(_ text: String) -> (document: String, patch: String) {
        let parts = text.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, let first = parts[0].first, first != "{" else { return (page ?? "", text) }
        return (String(parts[0]), String(parts[1]))
    }

    private mutating func finishTask() throws(Fault) {
        guard let draft else { return }
        self.draft = nil
        func fault(_ reason: String) -> Fault { Fault(file: file, line: draft.line, reason: reason) }
        guard let page else { throw fault("\"## page\" expected before the first task") }
        guard !draft.text.isEmpty else { throw fault("\(draft.name) has no words") }
        let isCheckable = draft.changes != [[:]] || !draft.answers.isEmpty || draft.candidates != nil
        guard isCheckable else { throw fault("\(draft.name) does not say when it is done") }
        tasks.append(
            BenchmarkTask(
                name: "\(page)/\(draft.name)",
                category: draft.category,
                page: page,
                text: draft.text.joined(separator: "\n"),
                outcome: draft.candidates.map { .refused(candidates: $0) }
                    ?? .completed(answers: draft.answers, mistakes: draft.mistakes),
                changes: draft.changes,
                solution: draft.solution
            )
        )
    }
}
