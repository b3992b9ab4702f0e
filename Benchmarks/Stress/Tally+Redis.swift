//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

extension Tally {
    /// Compares what was seen of a run with what Redis holds in the end.
    ///
    /// Redis may send a record out and then, killed, have lost it: nothing was confirmed to the writer, who writes it
    /// again, and it gets another id. No gateway can tell. So the number seen twice is then no fault of a gateway; it is
    /// counted by itself, and told.
    func judge(_ run: Run, inRedis entries: [(id: EntryID, seq: Int)]) {
        if entries.map(\.seq) != Array(1...max(1, run.confirmed)) {
            let seqs = entries.map(\.seq)
            let text = "\(run.name): \(run.confirmed) confirmed, \(seqs.count) there, \(Set(seqs).count) different"
            self.add(Violation(kind: .redis, text: text, run: run.name))
        }
        let ids = Dictionary(entries.map { ($0.seq, $0.id) }) { first, _ in first }
        let known = Set(entries.map(\.id))
        let lost = run.ids.indices.filter { seq in run.ids[seq].map { !known.contains($0) } ?? false }
        if !lost.isEmpty { self.unconfirmed[run.name] = lost }
        for (seq, id, witness) in run.conflicts where ids[seq] != id {
            let text =
                "\(run.name): \(witness) saw \(seq) as \(id); in Redis it is \(ids[seq]?.description ?? "not there")"
            self.add(Violation(kind: .changed, text: text, run: run.name))
        }
    }

    /// Violations that are not explained by a record that Redis lost after it had sent it out.
    var unexplained: [Violation] {
        self.violations.filter { violation in
            ![.repeated, .gap].contains(violation.kind) || self.unconfirmed[violation.run] == nil
        }
    }
}
