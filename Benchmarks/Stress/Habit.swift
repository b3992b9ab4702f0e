//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// In which form a publisher writes, for a while.
enum Habit: CaseIterable {
    case ours
    case oursWithoutJSON
    case oursWithForeign
    case python
    case documented
    case plainText
    case messagesOnly
    case entriesOnly
    case alternating
    case everything

    /// The form of the next record.
    func form(using generator: inout SeededGenerator) -> Form {
        let forms: [Form] =
            switch self {
            case .ours: [.ours]
            case .oursWithoutJSON: [.oursAsText, .oursUnpublished, .oursAsText, .ours]
            case .oursWithForeign: [.ours, .ours, .ours, .stored, .storedThenJSON, .jsonThenStored]
            case .python: [.python]
            case .documented: [.storedThenJSON, .jsonThenStored]
            case .plainText: [.storedThenText, .textThenStored]
            case .messagesOnly: [.json, .text]
            case .entriesOnly: [.stored]
            case .alternating: [.json, .jsonThenStored, .text, .storedThenText]
            case .everything: Form.allCases
            }
        return forms.randomElement(using: &generator) ?? .ours
    }

    /// Another habit. Ours is the most frequent: that is what most runs are.
    init(using generator: inout SeededGenerator, without left: Set<Variety>) {
        if left.contains(.foreign) || generator.chance(0.3) {
            self = .ours
        } else {
            self = Self.allCases.randomElement(using: &generator) ?? .ours
        }
    }
}
