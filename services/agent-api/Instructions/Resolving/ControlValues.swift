//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Browser
import PageActions

/// Values in the form that a control takes.
enum ControlValues {
    /// Refuses a number that a control does not take.
    static func check(_ text: String, _ node: PageNode, _ name: String) throws(Refusal) {
        guard
            node.inputType == "number" || node.inputType == "range" || node.role == "slider"
                || node.role == "spinbutton", let value = Double(normal(text, node))
        else { return }
        let (least, most) = (Double(node.minimum), Double(node.maximum))
        if let least, value < least {
            throw Refusal(.unusable, "\"\(name)\" takes no less than \(node.minimum), not \(text)")
        }
        if let most, value > most {
            throw Refusal(.unusable, "\"\(name)\" takes no more than \(node.maximum), not \(text)")
        }
        if let step = Double(node.step), step > 0 {
            let steps = (value - (least ?? 0)) / step
            if abs(steps - steps.rounded()) > 1e-6 {
                throw Refusal(
                    .unusable,
                    "\"\(name)\" takes steps of \(node.step)\(least.map { " from \(Numbers.text($0))" } ?? ""), not \(text)"
                )
            }
        }
    }

    /// "3 guests", "20 °C": what stands beside a number has to be a unit, or a word of the label.
    private static func isUnit(_ word: String, of node: PageNode) -> Bool {
        let units: Set<String> = [
            "%", "percent", "°c", "°f", "°", "degrees", "px", "pixels", "points", "pt", "eur", "usd", "euros",
            "dollars",
            "pounds", "minutes", "hours", "days", "years", "people", "persons", "guests", "pieces", "items", "stars",
            "star", "times", "kg", "km", "m", "cm", "mm", "about", "exactly",
        ]
        let label = WordForms.words(of: "\(node.name) \(node.labelNear)").map(WordForms.stem)
        return units.contains(word) || label.contains(WordForms.stem(word))
    }

    static func normal(_ text: String, _ node: PageNode) -> String {
        let words = text.split(separator: " ")
        switch node.inputType {
        case "date": return DateText.day(text)?.isoText ?? text
        case "time": return DateText.time(text)?.isoText ?? text
        case "month": return DateText.month(ofYear: text).map { String($0.isoText.dropLast(3)) } ?? text
        case "week": return DateText.week(text) ?? text
        case "datetime-local": return DateText.moment(text).map { "\($0.0.isoText)T\($0.1.isoText)" } ?? text
        case "color": return DateText.colour(text) ?? text
        default:
            if node.isReadOnly, let day = DateText.day(text) { return day.isoText }
        }
        if node.inputType == "number" || node.inputType == "range" || node.role == "slider" || node.role == "spinbutton"
        {
            if let number = Words.numbers[text.lowercased()] { return String(number) }
            if words.count == 2, isUnit(words[1].lowercased(), of: node) || isUnit(words[0].lowercased(), of: node) {
                if let number = Words.numbers[words[0].lowercased()] { return String(number) }
                if let number = Numbers.first(in: text), Numbers.all(in: text).count == 1 {
                    return Numbers.text(number)
                }
            }
            if let number = Numbers.all(in: text).first, Numbers.all(in: text).count == 1,
                text.allSatisfy({ $0.isNumber || ".,%€$£ -".contains($0) })
            {
                return Numbers.text(number)
            }
        }
        return text
    }
}
