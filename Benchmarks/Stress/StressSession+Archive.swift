//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Glibc
import Loopback

/// What the archive had to say at the end.
struct ArchiveTally {
    var runs = 0
    var records = 0

    /// Entries that Redis no longer had when the archive came to them.
    var missed = 0
}

extension StressSession {
    /// Checks the archive record by record: each that was stored is there once, in its order and as it was written, except
    /// for those that were removed from Redis before they were read.
    func compareWithArchive(tell: (String) -> Void) throws(LoadError) {
        let runs = topics.filter { !$0.isBatch && $0.confirmedCount > 0 }
        tell("comparing \(runs.count) runs with the archive")
        let deadline = Clock.now + Int64(seconds: options.drainSeconds)
        var lacks: [String: [Int]] = [:]
        repeat {
            lacks = [:]
            // It may still be down.
            _ = try archiveServer?.tick(Clock.now, breaks: false)
            for run in runs {
                let there = Set(try archived(run).compactMap(\.id))
                // Nobody is shown what comes behind the end, and it is not archived.
                let end = run.endIndex.flatMap { run.records[$0].place } ?? .max
                let lacking = run.present.filter { place in
                    place <= end && run.entry(place).id.map { !there.contains($0) } ?? false
                        && !run.mayBeTakenForOld(place)
                }
                if !lacking.isEmpty { lacks[run.name] = Array(lacking) }
            }
            if !lacks.isEmpty { usleep(500_000) }
        } while !lacks.isEmpty && Clock.now < deadline
        for run in runs {
            guard let lacking = lacks[run.name] else { continue }
            let names = lacking.prefix(5).map { place in
                let record = run.entry(place)
                return "\(Oracle.name(record)) \(record.id?.description ?? "-") of the stream \(record.epoch)"
            }
            let text =
                "\(run.name): \(lacking.count) entries of Redis are not archived: \(names.joined(separator: ", "))"
                + "; the archive has there: \(around(lacking[0], of: run, in: try archived(run)))"
            tally.add(Violation(kind: .archive, text: text, run: run.name))
        }
        for run in runs { judge(try archived(run), of: run) }
    }

    /// What the archive has where an entry is missing, in words, and what of the streams decides whether anybody could know
    /// that it was there.
    private func around(_ place: Int, of run: Ledger, in lines: [ArchivedLine]) -> String {
        let epoch = run.entry(place).epoch
        let entries = (0..<run.log.count).map { run.entry($0) }
        let former = entries.last { $0.epoch < epoch }?.id?.description ?? "none"
        let gone = entries.filter { $0.epoch == epoch && $0.isGone }.compactMap(\.id).suffix(3).map(\.description)
        let later = Set((place + 1..<max(place + 1, run.log.count)).compactMap { run.entry($0).id })
        let next = lines.firstIndex { $0.id.map(later.contains) ?? false } ?? lines.count
        return lines[max(0, next - 5)..<min(lines.count, next + 2)].map { line in
            "\(line.id?.description ?? "no id") \(line.number.map { "record \($0)" } ?? "no record")"
        }.joined(separator: ", ") + "; the stream before it ended at \(former); gone since: "
            + (gone.isEmpty ? "nothing" : gone.joined(separator: ", "))
    }

    private func judge(_ lines: [ArchivedLine], of run: Ledger) {
        archive.runs += 1
        var place = -1
        for line in lines {
            guard let id = line.id else { continue }
            archive.records += 1
            guard let next = run.place(of: id, behind: place), next > place else {
                let text = "\(run.name): \(id) is archived again, out of order, or was never stored"
                tally.add(Violation(kind: .archive, text: text, run: run.name))
                continue
            }
            archive.missed += next - place - 1
            place = next
            let record = run.entry(next)
            // Of two entries of the same id, in streams that were begun anew, nobody can tell which one it is.
            if let number = line.number, number != record.number, !record.isReused, !run.hasReused(id) {
                let text = "\(run.name): \(id) is archived as \(number); it is \(record.number)"
                tally.add(Violation(kind: .archive, text: text, run: run.name))
            }
        }
    }

    private func archived(_ run: Ledger) throws(LoadError) -> [ArchivedLine] {
        let path = "/api/v1/logs/request/\(run.name)/export"
        let request = Array("GET \(path) HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".utf8)
        let body = try Exchange.run(request, port: gateways[0].port, patience: 30) { bytes throws(LoadError) in
            try Self.body(bytes)
        }
        guard let body else { throw LoadError("no export of \(run.name)") }
        return body.split(separator: UInt8(ascii: "\n")).dropFirst().map { ArchivedLine($0) }
    }

    /// The body of a response; `nil` as long as it is not whole, and empty where there is nothing.
    private static func body(_ bytes: ArraySlice<UInt8>) throws(LoadError) -> [UInt8]? {
        var reader = ResponseReader()
        let parts = try Array(bytes).withUnsafeBufferPointer { bytes throws(LoadError) in try reader.readHead(bytes) }
        guard let (head, rest) = parts else { return nil }
        if head.status == 404 { return [] }
        guard head.status == 200 else { throw LoadError("an export has the status \(head.status)") }
        var body: [UInt8] = []
        rest.withUnsafeBufferPointer { reader.readBody($0) { body.append(contentsOf: $0) } }
        return reader.isDone ? body : nil
    }
}

/// A line of an export.
private struct ArchivedLine {
    var id: EntryID?

    /// The number in its text; `nil` for what is no line of the log.
    var number: Int?

    init(_ line: ArraySlice<UInt8>) {
        let head = String(decoding: line.prefix(300), as: UTF8.self)
        id = head.firstRange(of: #""id":""#).flatMap { EntryID(head[$0.upperBound...].prefix { $0 != "\"" }) }
        let event = line.firstRange(of: Array(#""event":"#.utf8)).map { line[$0.upperBound...] } ?? line
        number = Story.number(in: event)
    }
}
