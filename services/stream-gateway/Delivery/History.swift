//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import NIOCore

/// A viewer's way through the stream: pages from its cursor on, encoded and filtered.
struct History {
    /// A page, ready to be written.
    struct Batch {
        enum Rest {
            /// There may be more in the stream.
            case more

            /// Nothing is left for now.
            case none

            /// The run is over.
            case ended
        }

        var bytes = ByteBuffer()
        var rest = Rest.none
    }

    var cursor: ViewerCursor

    /// Whether the cursor stands where the query wants it; before that, live records say nothing.
    private(set) var hasStarted = false

    private let requestID: Identifier
    private let query: ViewerQuery
    private let reader: StreamReader
    private let channel: String

    init(requestID: Identifier, query: ViewerQuery, reader: StreamReader) {
        self.requestID = requestID
        self.query = query
        self.reader = reader
        self.channel = reader.keys(of: requestID).channel
        switch query.start {
        case .beginning: self.cursor = ViewerCursor(position: .zero, seq: 0)
        case .after(let id): self.cursor = ViewerCursor(position: id, seq: id == .zero ? 0 : nil)
        case .now, .tail: self.cursor = ViewerCursor(position: .zero, seq: nil)
        }
    }

    /// The next page.
    ///
    /// - Throws: `RedisError`; the cursor stands where it stood.
    mutating func next() async throws -> Batch {
        if !self.hasStarted, let batch = try await self.start() { return batch }
        let page = try await self.reader.page(of: self.requestID, after: self.cursor.position)
        return self.batch(of: page, isFull: page.count >= StreamReader.pageSize)
    }

    /// The event that stands for records that are gone.
    func gap(after last: EntryID, before frame: Frame, missed: Int?) -> ByteBuffer {
        ByteBuffer(
            event: .gap(
                .init(
                    requestID: self.requestID.rawValue,
                    after: last == .zero ? nil : last.description,
                    before: frame.id?.description,
                    missed: missed,
                    timestamp: .now()
                )
            )
        )
    }

    /// Puts the cursor where the query wants it.
    ///
    /// - Returns: A batch when there is something to say at once.
    private mutating func start() async throws -> Batch? {
        switch self.query.start {
        case .beginning:
            break
        case .after(let id):
            if id != .zero {
                let record = try await self.reader.record(of: self.requestID, at: id)
                self.cursor.resume(at: record)
                if record?.kind == .end {
                    self.hasStarted = true
                    return Batch(rest: .ended)
                }
            }
        case .now:
            let last = try await self.reader.last(1, of: self.requestID).first
            self.hasStarted = true
            guard let last, let id = last.id else {
                self.cursor = ViewerCursor(position: .zero, seq: 0)
                return nil
            }
            // The end is what comes next for whoever comes after it.
            if last.kind == .end { return self.batch(of: [last], isFull: false) }
            self.cursor = ViewerCursor(position: id, seq: last.seq)
        case .tail(let count):
            let records = try await self.reader.last(count, of: self.requestID)
            self.hasStarted = true
            if records.isEmpty { self.cursor = ViewerCursor(position: .zero, seq: 0) }
            return self.batch(of: records.reversed(), isFull: true)
        }
        self.hasStarted = true
        return nil
    }

    private mutating func batch(of records: some Sequence<LogRecord>, isFull: Bool) -> Batch {
        var batch = Batch(rest: isFull ? .more : .none)
        for record in records {
            let frame = Frame(record, channel: self.channel)
            switch self.cursor.stored(frame) {
            case .skip, .readHistory:
                continue
            case .deliverAfterGap(let last, let missed):
                batch.bytes.writeImmutableBuffer(self.gap(after: last, before: frame, missed: missed))
            case .deliver:
                break
            }
            if self.query.admits(frame) { batch.bytes.writeImmutableBuffer(frame.bytes) }
            if frame.kind == .end {
                batch.rest = .ended
                break
            }
        }
        return batch
    }
}
