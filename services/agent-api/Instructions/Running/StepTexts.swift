//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentEvents

extension Step {
    /// The step's title in the log: what follows `📍 Step 1: `.
    func title(_ hidden: [String] = []) -> String {
        hiding(deeds.first?.title ?? spoken, hidden)
    }

    /// The action as the log names it.
    func call(_ hidden: [String] = []) -> ActionCall {
        var call = deeds.first?.call ?? ActionCall("unknown", ("", spoken))
        call.parameters = call.parameters.map { parameter in
            var parameter = parameter
            parameter.value = hiding(parameter.value, hidden)
            return parameter
        }
        return call
    }

    private func hiding(_ text: String, _ hidden: [String]) -> String { Step.hiding(text, secrets + hidden) }

    /// A text without the secrets in it.
    static func hiding(_ text: String, _ secrets: [String]) -> String {
        var text = text
        for secret in secrets.sorted(by: { $0.count > $1.count }) where secret.count > 2 {
            text = text.replacing("\"\(secret)\"", with: hiddenText).replacing(secret, with: hiddenText)
        }
        return text
    }
}

extension Deed.Tab {
    var spoken: String {
        switch self {
        case .current: "this tab"
        case .newest: "the new tab"
        case .other: "the other tab"
        case .previous: "the previous tab"
        case .next: "the next tab"
        case .position(let position): "tab \(position)"
        case .named(let target): "the tab \(target.spoken)"
        }
    }
}

extension Deed.Destination {
    var spoken: String {
        switch self {
        case .onto(let target): "onto \(target.spoken)"
        case .before(let target): "before \(target.spoken)"
        case .after(let target): "behind \(target.spoken)"
        case .step(let isUp, let count): "\(isUp ? "up" : "down")\(count > 1 ? " by \(count)" : "")"
        case .position(let position): position < 0 ? "to the end" : "to place \(position)"
        case .by(let direction, let distance): "\(distance) px \(direction.rawValue)"
        }
    }
}

extension Value {
    var spoken: String {
        switch self {
        case .text(let text): text
        case .asked(let question, _): question.spoken
        case .remembered: "what was found"
        case .computed: "the result"
        case .mixed(let text): text
        case .suggested(let fragments): "what \(fragments.spoken)"
        }
    }

    var quoted: String {
        if case .text(let text) = self { return "\"\(text)\"" }
        return spoken
    }
}

extension Question {
    /// What is asked for, as logs tell it.
    var spoken: String {
        switch self {
        case .title: "title"
        case .address: "address"
        case .heading: "heading"
        case .page: "page"
        case .selection: "selection"
        case .dialog: "dialog"
        case .result: "result"
        case .computed: "solution"
        case .count(let target): "number of \(target.spoken)"
        case .number(let counted, let stated):
            counted.first.map { "number of \($0.spoken)" } ?? stated.first?.spoken ?? ""
        case .text(let target): target.spoken
        case .attribute(_, _, let spoken): spoken
        case .part(let order, let unit, let target):
            "\(unit) \(order.position)\(target.isEmpty ? "" : " of \(target.spoken)")"
        case .sum(_, let target): "sum of \(target.spoken)"
        case .whether(let condition): "whether \(condition.spoken)"
        case .first(let questions): questions.first?.spoken ?? ""
        }
    }
}

extension Condition {
    var spoken: String {
        switch self {
        case .state(let target, let state): "\(target.spoken) is \(state)"
        case .says(let target, let text): "\(target.spoken) says \(text)"
        case .title(let text): "the title is \(text)"
        case .address(let text): "the address has \(text)"
        case .shows(let target): "\(target.spoken) is on the page"
        case .compares(let question, let comparison, let text): "\(question.spoken) is \(comparison.spoken) \(text)"
        case .loaded: "the page has loaded"
        case .downloaded: "the download has ended"
        case .changed: "the page says something new"
        case .not(.shows(let target)): "\(target.spoken) is not on the page"
        case .not(let inner): "not \(inner.spoken)"
        }
    }

    /// What has come true, for the log.
    var fulfilled: String {
        switch self {
        case .shows(let target): "\"\(target.spoken)\" is on the page"
        case .not(.shows(let target)): "\"\(target.spoken)\" is not on the page"
        default: spoken.prefix(1).uppercased() + spoken.dropFirst()
        }
    }

    func call(as name: String) -> ActionCall {
        switch self {
        case .shows(let target): ActionCall(name, ("text", target.spoken))
        case .not(.shows(let target)): ActionCall(name, ("gone", target.spoken))
        default: ActionCall(name, ("", spoken))
        }
    }
}

extension Condition.Comparison {
    var spoken: String {
        switch self {
        case .equal: "equal to"
        case .more: "more than"
        case .less: "less than"
        case .atLeast: "at least"
        case .atMost: "at most"
        }
    }
}
