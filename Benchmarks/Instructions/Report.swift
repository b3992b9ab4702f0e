//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import JSON

/// The results, as tables and as JSON.
struct Report {
    let measurements: [Measurement]
    let seed: UInt64
    let isHeldOut: Bool

    var text: String { measurements.contains { $0.episode.mutation != nil } ? mutationText : taskText }

    /// Only the sentences that were completed with the deed of the original, and counts.
    private var mutationText: String {
        let old = measurements.filter { $0.episode.isOldDeed($0.verdict) }
        var lines = ["| task | change | sentence |", "| --- | --- | --- |"]
        lines += old.map { measurement in
            let (episode, mutation) = (measurement.episode, measurement.episode.mutation)
            let text = isHeldOut ? "" : (mutation?.text ?? "").replacing("\n", with: " / ").replacing("|", with: "\\|")
            return "| \(episode.task.name) | \(mutation?.kind.rawValue ?? "") | \(text) |"
        }
        lines += ["", "| change | sentences | completed | completed with the old deed |", "| --- | --- | --- | --- |"]
        for kind in Mutation.Kind.allCases {
            let part = measurements.filter { $0.episode.mutation?.kind == kind }
            let completed = part.count { $0.run.status == "completed" }
            lines.append(
                "| \(kind.rawValue) | \(part.count) | \(completed) | \(old.count { $0.episode.mutation?.kind == kind }) |"
            )
        }
        lines += [
            "", "Seed \(seed): \(measurements.count) changed sentences, \(old.count) completed with the old deed.",
        ]
        return lines.joined(separator: "\n")
    }

    private var taskText: String {
        var lines = ["| task | category | outcome | s | what it said |", "| --- | --- | --- | --- | --- |"]
        lines += measurements.map(row)
        lines += [
            "", "| category | tasks | " + Episode.Verdict.allCases.map(\.rawValue).joined(separator: " | ") + " |",
        ]
        lines.append("| --- |" + String(repeating: " --- |", count: Episode.Verdict.allCases.count + 1))
        for category in Set(measurements.map(\.episode.task.category)).sorted() {
            lines.append(counts(category, measurements.filter { $0.episode.task.category == category }))
        }
        lines.append(counts("all", measurements))
        let half = isHeldOut ? "HELD OUT: the half that nothing may be tuned to" : "the development half"
        lines += ["", "Seed \(seed), \(half): \(measurements.count) tasks."]
        return lines.joined(separator: "\n")
    }

    /// A row of the table by task. For held-out tasks it shows neither the sentences nor what the agent said.
    private func row(_ measurement: Measurement) -> String {
        let task = measurement.episode.task
        let said = isHeldOut ? "" : Self.brief(said(measurement))
        let seconds = "\(Int(measurement.seconds)).\(Int(measurement.seconds * 10) % 10)"
        return "| \(task.name) | \(task.category) | \(measurement.verdict.rawValue) | \(seconds) | \(said) |"
    }

    private func said(_ measurement: Measurement) -> String {
        measurement.run.error.isEmpty ? measurement.run.result : measurement.run.error
    }

    private static func brief(_ text: String) -> String {
        let line = text.split(whereSeparator: \.isWhitespace).joined(separator: " ").replacing("|", with: "\\|")
        return line.count <= 160 ? line : line.prefix(159) + "…"
    }

    private func counts(_ name: String, _ part: [Measurement]) -> String {
        let counts = Episode.Verdict.allCases.map { verdict in part.count { $0.verdict == verdict } }
        return "| \(name) | \(part.count) | " + counts.map(String.init).joined(separator: " | ") + " |"
    }

    var json: JSONValue {
        let totals = Episode.Verdict.allCases.map { verdict in
            (verdict.rawValue, JSONValue.integer(Int64(measurements.count { $0.verdict == verdict })))
        }
        return [
            "seed": .integer(Int64(clamping: seed)), "held_out": .bool(isHeldOut),
            "totals": .object(Dictionary(uniqueKeysWithValues: totals)),
            "tasks": .array(measurements.map(Self.json)),
        ]
    }

    private static func json(_ measurement: Measurement) -> JSONValue {
        [
            "name": .string(measurement.episode.task.name), "category": .string(measurement.episode.task.category),
            "task": .string(measurement.episode.text), "outcome": .string(measurement.verdict.rawValue),
            "status": .string(measurement.run.status), "result": .string(measurement.run.result),
            "error": .string(measurement.run.error), "seconds": .number(measurement.seconds),
            "changes": measurement.states.changes,
        ]
    }
}
