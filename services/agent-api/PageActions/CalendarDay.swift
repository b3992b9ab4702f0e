//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// A day of the calendar that is in use, without a time or a zone.
struct CalendarDay: Sendable, Hashable {
    var year: Int
    var month: Int
    var day: Int

    /// Reads `2026-03-12`.
    init?(iso text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
        guard parts.count == 3, let year = parts[0], let month = parts[1], let day = parts[2],
            (1...9999).contains(year), (1...12).contains(month), (1...31).contains(day)
        else { return nil }
        self.init(year: year, month: month, day: day)
    }

    init(year: Int, month: Int, day: Int) {
        self.year = year
        self.month = month
        self.day = day
    }

    static let months = [
        "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
        "december",
    ]

    /// The month and the year that a text names, such as `March 2026` or `Mar 26, 2026`; `nil` where it does not.
    static func month(namedIn text: String) -> (year: Int, month: Int)? {
        let words = text.lowercased().split { !$0.isLetter && !$0.isNumber }.map(String.init)
        guard
            let year = words.compactMap({ $0.count == 4 ? Int($0) : nil }).first(where: { (1900...2999).contains($0) })
        else { return nil }
        for word in words {
            if let month = months.firstIndex(where: { $0 == word || word.count >= 3 && $0.hasPrefix(word) }) {
                return (year, month + 1)
            }
        }
        return nil
    }
}

/// How a page wants a date to be written, as in `dd.mm.yyyy` or `MM/DD/YY`.
struct DateForm: Sendable, Hashable {
    private enum Part: Sendable, Hashable {
        case day(padded: Bool)
        case month(padded: Bool)
        case monthName(short: Bool)
        case year(digits: Int)
        case mark(String)
    }

    private var parts: [Part]

    /// Finds the form in what a page says near a field; `nil` where there is none.
    init?(statedIn text: String) {
        for word in text.split(whereSeparator: \.isNewline).flatMap({ Self.candidates(in: String($0)) }) {
            if let parts = Self.parts(of: word) {
                self.parts = parts
                return
            }
        }
        return nil
    }

    /// A day in this form.
    func text(of day: CalendarDay) -> String {
        func padded(_ number: Int, _ isPadded: Bool) -> String { isPadded && number < 10 ? "0\(number)" : "\(number)" }
        return parts.map { part in
            switch part {
            case .day(let isPadded): padded(day.day, isPadded)
            case .month(let isPadded): padded(day.month, isPadded)
            case .monthName(let isShort):
                (isShort ? String(CalendarDay.months[day.month - 1].prefix(3)) : CalendarDay.months[day.month - 1])
                    .capitalizedFirst
            case .year(let digits): digits == 2 ? padded(day.year % 100, true) : "\(day.year)"
            case .mark(let mark): mark
            }
        }
        .joined()
    }

    /// Runs of letters and marks such as `mm/dd/yyyy`, and dates that are given as examples, such as `12/31/2026`.
    private static func candidates(in line: String) -> [String] {
        let words = line.split { $0 == " " || "()[]\"'“”:;".contains($0) }.map(String.init)
        let pairs = zip(words, words.dropFirst()).map { "\($0) \($1)" }
        let triples = zip(pairs, words.dropFirst(2)).map { "\($0) \($1)" }
        return words + triples
    }

    private static func parts(of word: String) -> [Part]? {
        var parts: [Part] = []
        var rest = word[...]
        while let first = rest.first {
            if first.isLetter {
                let run = rest.prefix { $0.isLetter && $0.lowercased() == first.lowercased() }
                switch (first.lowercased(), run.count) {
                case ("d", 1), ("d", 2), ("t", 2): parts.append(.day(padded: run.count == 2))
                case ("m", 1), ("m", 2): parts.append(.month(padded: run.count == 2))
                case ("m", 3), ("m", 4): parts.append(.monthName(short: run.count == 3))
                case ("y", 2), ("y", 4), ("j", 4): parts.append(.year(digits: run.count))
                default: return nil
                }
                rest = rest.dropFirst(run.count)
            } else if "/.- ,".contains(first) {
                parts.append(.mark(String(first)))
                rest = rest.dropFirst()
            } else {
                return example(word)
            }
        }
        return isWhole(parts) ? parts : nil
    }

    /// The form of a date that is an example: one with a day that no month has tells the two apart.
    private static func example(_ word: String) -> [Part]? {
        guard let mark = word.first(where: { "/.-".contains($0) }) else { return nil }
        let texts = word.split(separator: mark, omittingEmptySubsequences: false)
        let numbers = texts.compactMap { Int($0) }
        guard numbers.count == 3, texts.count == 3 else { return nil }
        let isPadded = texts.allSatisfy { $0.count != 1 }
        let glue = Part.mark(String(mark))
        if texts[0].count == 4 {
            return [.year(digits: 4), glue, .month(padded: isPadded), glue, .day(padded: isPadded)]
        }
        guard texts[2].count == 4 || texts[2].count == 2 else { return nil }
        let year = Part.year(digits: texts[2].count)
        if numbers[1] > 12, numbers[0] <= 12 {
            return [.month(padded: isPadded), glue, .day(padded: isPadded), glue, year]
        }
        if numbers[0] > 12, numbers[1] <= 12 {
            return [.day(padded: isPadded), glue, .month(padded: isPadded), glue, year]
        }
        return nil
    }

    private static func isWhole(_ parts: [Part]) -> Bool {
        var kinds = [0, 0, 0]
        for part in parts {
            switch part {
            case .day: kinds[0] += 1
            case .month, .monthName: kinds[1] += 1
            case .year: kinds[2] += 1
            case .mark: break
            }
        }
        return kinds == [1, 1, 1]
    }
}

extension String {
    var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }
}
