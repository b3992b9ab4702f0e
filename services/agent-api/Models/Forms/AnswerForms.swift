//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// What is known of how a server and its model take each ``AnswerForm``.
///
/// The form with the best record is used. A form that was not tried counts as good for half of the answers, so a single
/// invalid answer leads away from a form that never worked, and not from one that has worked before. Where no form
/// works always, the one that works most often is used.
struct AnswerForms: Sendable, Hashable {
    private struct Tally: Sendable, Hashable {
        var valid = 0
        var invalid = 0
        var isRefused = false

        /// The share of valid answers to be expected (the rule of succession).
        var score: Double { Double(valid + 1) / Double(valid + invalid + 2) }
    }

    /// The most answers of a form that are remembered, so that a server that has changed is noticed.
    private static let memory = 50

    private var tallies: [AnswerForm: Tally] = [:]

    init() {}

    /// Nothing is known yet.
    ///
    /// - Parameter origin: Servers do not claim to enforce what does not fit their strict modes. So there a first
    ///   invalid answer says little.
    init(for origin: ModelRequest.SchemaOrigin) {
        if origin == .user(fitsStrictMode: false) { count(.schema, isValid: true) }
    }

    /// The form to use: the earliest of those with the best record. Words cannot be refused.
    var best: AnswerForm {
        var best = AnswerForm.words
        for form in AnswerForm.allCases.reversed() {
            let tally = tallies[form] ?? Tally()
            if !tally.isRefused, tally.score >= (tallies[best] ?? Tally()).score { best = form }
        }
        return best
    }

    func hasTried(_ form: AnswerForm) -> Bool { tallies[form] != nil }

    /// The server has answered a request of that form with an error that is about the form.
    mutating func refuse(_ form: AnswerForm) {
        guard form != .words else { return }
        tallies[form, default: Tally()].isRefused = true
    }

    /// An answer came.
    ///
    /// - Parameter isValid: whether it has the form that was asked for.
    mutating func count(_ form: AnswerForm, isValid: Bool) {
        var tally = tallies[form] ?? Tally()
        if isValid { tally.valid += 1 } else { tally.invalid += 1 }
        if tally.valid + tally.invalid > Self.memory {
            tally.valid /= 2
            tally.invalid /= 2
        }
        tallies[form] = tally
    }
}
