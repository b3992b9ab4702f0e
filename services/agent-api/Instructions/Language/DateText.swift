//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// Dates and times as people write them.
enum DateText {
    struct Day: Sendable, Hashable {
        var year: Int
        var month: Int
        var day: Int

        /// `2026-03-12`, as date fields hold it.
        var isoText: String { "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))" }
    }

    struct Time: Sendable, Hashable {
        var hour: Int
        var minute: Int
        var second: Int?

        /// `15:40`, as time fields hold it.
        var isoText: String {
            let text = "\(padded(hour, 2)):\(padded(minute, 2))"
            return second.map { text + ":" + padded($0, 2) } ?? text
        }
    }

    private static let months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
    private static let lengths = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

    static func isDateOrTime(_ text: String) -> Bool {
        day(text) != nil || time(text) != nil || month(ofYear: text) != nil
    }

    private static func month(_ word: String) -> Int? {
        guard word.count >= 3, let index = months.firstIndex(where: { word.hasPrefix($0) }) else { return nil }
        let names = [
            "january", "february", "march", "april", "may", "june", "july", "august", "september", "october",
            "november", "december",
        ]
        return names[index].hasPrefix(word) || word == "sept" ? index + 1 : nil
    }

    private static func valid(_ year: Int, _ month: Int, _ day: Int) -> Day? {
        guard (1...12).contains(month), (1...9999).contains(year), day >= 1, day <= lengths[month - 1] else {
            return nil
        }
        let isLeap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0
        guard month != 2 || day < 29 || isLeap else { return nil }
        return Day(year: year, month: month, day: day)
    }

    /// "12 March 2026", "March 12th, 2026", "2026-03-12", "12.03.2026", "03/12/2026" (the month first, unless it
    /// cannot be one).
    static func day(_ text: String) -> Day? {
        guard text.utf8.count < 60 else { return nil }
        let words = text.lowercased().split { " ,".contains($0) }.map(String.init).filter {
            ![
                "of", "the", "on", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "mon",
                "tue", "wed", "thu", "fri", "sat", "sun",
            ].contains($0)
        }
        if words.count == 3, let year = Int(words[2]), words[2].count == 4 {
            func number(_ word: String) -> Int? {
                Int(word) ?? ["st", "nd", "rd", "th"].lazy.filter { word.hasSuffix($0) }.compactMap { _ in
                    Int(word.dropLast(2))
                }.first ?? Int(word.replacing(".", with: ""))
            }
            if let month = month(words[1].replacing(".", with: "")), let day = number(words[0]) {
                return valid(year, month, day)
            }
            if let month = month(words[0].replacing(".", with: "")), let day = number(words[1]) {
                return valid(year, month, day)
            }
        }
        guard words.count == 1, let only = words.first else { return nil }
        for separator in ["-", "/", "."] as [Character] {
            let parts = only.split(separator: separator, omittingEmptySubsequences: false)
            guard parts.count == 3, parts.allSatisfy({ !$0.isEmpty && $0.allSatisfy(\.isASCII) && $0.count <= 4 })
            else { continue }
            let numbers = parts.compactMap { Int($0) }
            if numbers.count == 3 {
                if parts[0].count == 4 { return valid(numbers[0], numbers[1], numbers[2]) }
                guard parts[2].count == 4 else { continue }
                if separator == "/" {
                    return valid(numbers[2], numbers[0], numbers[1]) ?? valid(numbers[2], numbers[1], numbers[0])
                }
                return valid(numbers[2], numbers[1], numbers[0])
            }
            if let day = Int(parts[0]), let month = month(String(parts[1])), let year = Int(parts[2]),
                parts[2].count == 4
            {
                return valid(year, month, day)
            }
        }
        return nil
    }

    /// "March 2026", "2026-03" → the first of that month.
    static func month(ofYear text: String) -> Day? {
        let words = text.lowercased().split { " ,".contains($0) }.map(String.init)
        if words.count == 2, let month = month(words[0]), let year = Int(words[1]) { return valid(year, month, 1) }
        let parts = text.split(separator: "-").map(String.init)
        if parts.count == 2, parts[0].count == 4, let year = Int(parts[0]), let month = Int(parts[1]) {
            return valid(year, month, 1)
        }
        return nil
    }

    /// "3pm", "3:40 PM", "15:40", "noon", "9 o'clock".
    static func time(_ text: String) -> Time? {
        guard text.utf8.count < 24 else { return nil }
        var rest = text.lowercased().replacing(".", with: "").replacing(" ", with: "").replacing("at", with: "")
        switch rest {
        case "noon", "midday": return Time(hour: 12, minute: 0)
        case "midnight": return Time(hour: 0, minute: 0)
        default: break
        }
        if rest.hasSuffix("o'clock") { rest = rest.dropLast(7) + ":00" }
        var isAfternoon: Bool?
        for (ending, value) in [("am", false), ("pm", true)] where rest.hasSuffix(ending) {
            isAfternoon = value
            rest = String(rest.dropLast(2))
        }
        let parts = rest.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count <= 3, parts.count > 1 || isAfternoon != nil,
            parts.allSatisfy({ !$0.isEmpty && $0.count <= 2 && $0.allSatisfy(\.isNumber) })
        else { return nil }
        let numbers = parts.compactMap { Int($0) }
        guard numbers.count == parts.count, var hour = numbers.first else { return nil }
        let minute = numbers.count > 1 ? numbers[1] : 0
        let second = numbers.count > 2 ? numbers[2] : nil
        if let isAfternoon {
            guard (1...12).contains(hour) else { return nil }
            hour = hour % 12 + (isAfternoon ? 12 : 0)
        }
        guard (0...23).contains(hour), (0...59).contains(minute), (0...59).contains(second ?? 0) else { return nil }
        return Time(hour: hour, minute: minute, second: second)
    }

    /// "12 March 2026 at 3pm"
    static func moment(_ text: String) -> (Day, Time)? {
        for separator in [" at ", ", ", " ", "T"] {
            for range in text.ranges(of: separator).suffix(3).reversed() {
                if let day = day(String(text[..<range.lowerBound])), let time = time(String(text[range.upperBound...]))
                {
                    return (day, time)
                }
            }
        }
        return nil
    }

    /// "week 11 of 2026", "2026-W11" → `2026-W11`, as week fields hold it.
    static func week(_ text: String) -> String? {
        let words = text.lowercased().split { " ,-".contains($0) }.map(String.init).filter {
            !["week", "of", "in"].contains($0)
        }
        let numbers = words.compactMap { Int($0.hasPrefix("w") ? String($0.dropFirst()) : $0) }
        guard words.count == 2, numbers.count == 2, let year = numbers.first(where: { $0 > 99 }),
            let week = numbers.first(where: { (1...53).contains($0) })
        else { return nil }
        return "\(padded(year, 4))-W\(padded(week, 2))"
    }

    /// The names of the colours that people say, as colour fields hold them.
    static func colour(_ text: String) -> String? {
        [
            "red": "#ff0000", "green": "#008000", "blue": "#0000ff", "yellow": "#ffff00", "black": "#000000",
            "white": "#ffffff", "orange": "#ffa500", "purple": "#800080", "pink": "#ffc0cb", "grey": "#808080",
            "gray": "#808080", "brown": "#a52a2a", "cyan": "#00ffff", "magenta": "#ff00ff", "lime": "#00ff00",
            "navy": "#000080", "teal": "#008080", "silver": "#c0c0c0", "gold": "#ffd700",
        ][text.lowercased()]
    }
}

private func padded(_ number: Int, _ width: Int) -> String {
    let text = String(number)
    return String(repeating: "0", count: max(0, width - text.count)) + text
}
