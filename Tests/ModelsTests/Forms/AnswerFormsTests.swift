//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Testing

@testable import Models

@Suite("What is known of the forms of answers")
struct AnswerFormsTests {
    @Test("The most reliable form is tried first, and the others in their order")
    func order() {
        var forms = AnswerForms()
        var tried: [AnswerForm] = []
        for _ in AnswerForm.allCases {
            tried.append(forms.best)
            forms.count(forms.best, isValid: false)
        }
        #expect(tried == [.schema, .tool, .objectBySchema, .grammar, .object, .words])
        #expect(AnswerForm.allCases.filter { !forms.hasTried($0) }.isEmpty)
    }

    @Test("A refused form is not used again, and words are never refused")
    func refusals() {
        var forms = AnswerForms()
        for form in AnswerForm.allCases { forms.refuse(form) }
        #expect(forms.best == .words)
        for _ in 1...100 { forms.count(.words, isValid: false) }
        #expect(forms.best == .words)
    }

    @Test("A form that has worked survives a single invalid answer, and not many")
    func patience() {
        var forms = AnswerForms()
        for _ in 1...10 { forms.count(.schema, isValid: true) }
        forms.count(.schema, isValid: false)
        #expect(forms.best == .schema)
        for _ in 1...10 { forms.count(.schema, isValid: false) }
        #expect(forms.best == .tool)
    }

    @Test("Where no form works always, the one that works most often is used")
    func leastBad() {
        var forms = AnswerForms()
        for form in AnswerForm.allCases { forms.count(form, isValid: false) }
        forms.count(.object, isValid: true)
        #expect(forms.best == .object)
    }

    @Test("A server that has changed is noticed however long it has worked")
    func forgets() {
        var forms = AnswerForms()
        for _ in 1...100_000 { forms.count(.schema, isValid: true) }
        for _ in 1...100 { forms.count(.schema, isValid: false) }
        #expect(forms.best == .tool)
    }
}
