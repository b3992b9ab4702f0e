//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// How much of everything a model is shown in a step: the one place that shares out what it can read.
struct PromptBudget: Sendable, Hashable {
    /// Models that read no more than this get short instructions and the actions that are used most.
    static let briefContext = 12_000
    /// Fewer tokens for the page are of no use.
    static let smallestPage = 200
    /// What a request has beside its texts: roles, marks of the conversation.
    private static let envelope = 60

    /// How many tokens a request and its answer may have together; `nil` for a model that reads more than it is shown.
    let context: Int?
    /// What is left of it after the server has found a request too long all the same.
    private var share = 1.0

    init(context: Int?) { self.context = context }

    var isBrief: Bool { context.map { $0 <= Self.briefContext } ?? false }

    /// The most tokens of the answer; `nil` for what the server allows.
    var answer: Int? { isBrief ? context.map { min($0 / 5, 1024) } : nil }

    /// The room that is kept for the answer, and for sending back one that is not valid.
    private var reserve: Int { (answer ?? 4096) + returned * 2 }

    /// The most tokens of an invalid answer that is sent back.
    var returned: Int { isBrief ? (context ?? 0) / 24 : 2000 }

    /// How many tokens a request of a step may have without what is sent back.
    var request: Int? { context.map { Int(Double($0) * share) - reserve - Self.envelope } }

    /// How many characters of a page's text are read at a time to answer a question.
    var extraction: Int { context.map { TokenEstimate.characters(in: Int(Double($0) * share) / 2) } ?? .max }

    /// Makes the requests shorter, since one was too long by the server's count.
    ///
    /// - Returns: Whether there is anything left to leave out.
    mutating func shrink() -> Bool {
        share *= 0.75
        return share > 0.2
    }

    /// The parts of a step's request, each with the most tokens that it may have.
    struct Parts: Sendable, Hashable {
        var history: Int
        var results: Int
        /// With what the history and the results leave.
        var page: Int
    }

    /// Shares out what the fixed parts leave.
    ///
    /// - Parameters:
    ///   - fixed: the tokens of instructions, task and notes.
    ///   - history: those of the whole history.
    ///   - results: those of the last step's results.
    /// - Returns: `nil` where there is no limit.
    /// - Throws: ``TooSmall`` where there is no room for a page.
    func parts(fixed: Int, history: Int, results: Int) throws(TooSmall) -> Parts? {
        guard let request, let context else { return nil }
        let room = request - fixed
        guard room >= Self.smallestPage * 3 / 2 else {
            throw TooSmall(context: context, needed: context - room + Self.smallestPage * 3 / 2)
        }
        let results = min(results, room * 3 / 10)
        let history = min(history, room / 4)
        return Parts(history: history, results: results, page: room - results - history)
    }

    /// Why a model cannot be asked at all.
    struct TooSmall: Error, Hashable, CustomStringConvertible {
        var context: Int
        var needed: Int

        var description: String {
            "it reads \(context) tokens; the instructions, the task and the least of a page need about \(needed)"
        }
    }
}
