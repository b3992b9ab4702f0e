//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import NIOCore

extension Simulation {
    mutating func publish(_ first: Int, _ second: Int) {
        if first % 5 == 0 { habit = PublisherKind.allCases[second % PublisherKind.allCases.count] }
        var kind = habit
        if isBatch {
            if isEnded { return }
            kind = [.ours, .ours, .oursUnlinked, .oursAsText][second % 4]
        }
        if isEnded, kind == .ours || kind == .oursUnlinked || kind == .oursAsText || kind == .absurd {
            kind = .storeThenPublish
        }
        texts += 1
        let name = "line \(texts)"
        let level: LogLevel = second % 7 == 0 ? .error : .info
        let text = kind.isJoinedByText && second / 7 % 5 == 0 ? "\(level.rawValue) again" : name
        var record = self.record(text, level: level)
        history.publish(name, text, as: kind, level: level, step: step)
        wait(Int64(first % 3))
        switch kind {
        case .ours, .oursUnlinked, .oursAsText, .absurd:
            stream.seq += 1
            record.seq = stream.seq
            record.batchSeq = isBatch ? stream.seq : nil
            if isAbsurd { history.disrupt() }
            if isAbsurd || kind == .absurd { history.numbering += 1 }
            isAbsurd = kind == .absurd
            if kind == .absurd {
                record.seq = [Int.max, Int.max - 1, 1, 1 << 53][second % 4]
                history.disrupt()
            }
            var entry = record
            // What is beyond any number counts as missing when an entry is read.
            if let number = entry.seq, number > 1 << 53 { entry.seq = nil }
            let (id, previous) = store(name, entry, isNumbered: entry.seq != nil)
            if kind == .absurd { history.disrupt() }
            let payload =
                kind == .oursAsText
                ? ByteBuffer(string: text)
                : SimulatedStream.payload(record, id: id, previous: kind == .oursUnlinked ? nil : previous)
            send(name, payload)
        case .storeThenPublish:
            _ = store(name, record, isNumbered: false)
            pending.append((name, record, false))
            if second % 2 == 0 { complete(pending.count - 1) }
        case .publishThenStore:
            send(name, Self.message(record))
            pending.append((name, record, true))
            if second % 2 == 0 { complete(pending.count - 1) }
        case .publishOnly:
            send(name, Self.message(record))
        case .publishOnlyWithID:
            send(name, ByteBuffer(string: #"{"msg":"\#(text)","level":"\#(level.rawValue)","id":"5-0"}"#))
        case .storeOnly:
            _ = store(name, record, isNumbered: false)
        }
    }

    mutating func complete(_ index: Int) {
        guard !pending.isEmpty else { return }
        let (name, record, storesNext) = pending.remove(at: index % pending.count)
        if storesNext { _ = store(name, record, isNumbered: false) } else { send(name, Self.message(record)) }
    }

    func record(_ text: String, level: LogLevel) -> LogRecord {
        LogRecord(
            message: text,
            requestID: SimulatedStream.run,
            timestamp: Timestamp(milliseconds: Int64(stream.clock)),
            level: level
        )
    }

    static func message(_ record: LogRecord) -> ByteBuffer {
        ByteBuffer(string: #"{"agent_name":"theirs","msg":"\#(record.message)","level":"\#(record.level.rawValue)"}"#)
    }

    mutating func store(
        _ name: String,
        _ record: LogRecord,
        isNumbered: Bool
    ) -> (id: EntryID, previous: EntryID) {
        let ids = stream.append(record, name: name)
        history.store(name, id: ids.id, isNumbered: isNumbered, step: step)
        return ids
    }

    mutating func send(_ name: String, _ payload: ByteBuffer) {
        for index in gateways.indices { gateways[index].channel.append((name, payload)) }
    }

    mutating func end() {
        guard !isEnded else { return }
        isEnded = true
        texts += 1
        let text = "end \(texts)"
        history.publish(text, text, as: .ours, level: .info, step: step)
        stream.seq += 1
        if isAbsurd {
            history.disrupt()
            history.numbering += 1
        }
        isAbsurd = false
        var record = self.record(text, level: .info)
        record.kind = isBatch ? .batchEnd : .end
        record.data = RunOutcome(status: .completed, steps: 1).data
        record.seq = stream.seq
        record.batchSeq = isBatch ? stream.seq : nil
        let (id, previous) = store(text, record, isNumbered: true)
        send(text, SimulatedStream.payload(record, id: id, previous: previous))
    }
}
