//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import NIOCore
import Redis

/// Reads pages of streams for viewers that are behind the ring, a bounded number at a time: thousands of viewers that
/// come back at once must not hold a page each.
struct PageReader: Sendable {
    /// What came of reading a page.
    enum Result: Sendable {
        case page(Page)

        /// Redis could not be read.
        case failed
    }

    /// A page, ready to be written.
    struct Page: Sendable {
        /// The events, a buffer for every 64 KiB.
        var bytes: [ByteBuffer]

        /// Where to go on.
        var cursor: StreamCursor

        /// The last record read.
        var last: Frame?

        /// Whether there was nothing to read.
        var isEmpty: Bool

        /// Whether the end is among the events.
        var hasEnd: Bool
    }

    private struct Job: Sendable {
        var cursor: StreamCursor
        var topic: Topic
        var level: LogLevel
        var eventLoop: any EventLoop
        var completion: @Sendable (Result) -> Void
    }

    /// How many pages are read at a time.
    private static let concurrency = 16

    private let reader: StreamReader
    private let jobs: AsyncStream<Job>
    private let queue: AsyncStream<Job>.Continuation

    init(reader: StreamReader) {
        self.reader = reader
        (self.jobs, self.queue) = AsyncStream.makeStream()
    }

    /// Has a page read.
    ///
    /// - Parameter completion: Called on the event loop.
    func read(
        _ cursor: StreamCursor,
        of topic: Topic,
        level: LogLevel,
        on eventLoop: any EventLoop,
        completion: @escaping @Sendable (Result) -> Void
    ) {
        self.queue.yield(
            Job(cursor: cursor, topic: topic, level: level, eventLoop: eventLoop, completion: completion)
        )
    }

    /// Reads pages until the task is cancelled.
    func run() async {
        await withTaskGroup(of: Void.self) { group in
            var running = 0
            for await job in self.jobs {
                if running >= Self.concurrency {
                    await group.next()
                    running -= 1
                }
                running += 1
                group.addTask {
                    let result = await self.result(of: job)
                    job.eventLoop.execute { job.completion(result) }
                }
            }
        }
    }

    private func result(of job: Job) async -> Result {
        var cursor = job.cursor
        let name = job.topic.name
        do {
            if let count = cursor.tail {
                cursor.begin(before: try await self.reader.oldest(ofLast: count, of: name))
            } else if cursor.isUnchecked {
                let record = try await self.reader.record(of: name, at: cursor.position)
                cursor.check(record, number: record.flatMap { name.number(of: $0) })
            }
            let page = try await self.reader.page(of: name, after: cursor.position)
            return .page(Self.encode(page.records, from: cursor, job: job))
        } catch {
            return .failed
        }
    }

    private static func encode(_ records: [LogRecord], from start: StreamCursor, job: Job) -> Page {
        let encoder = FrameEncoder(name: job.topic.name, prefix: job.topic.prefix)
        var page = Page(bytes: [], cursor: start, isEmpty: records.isEmpty, hasEnd: false)
        var bytes = ByteBuffer()
        var passed: EntryID?
        for record in records {
            if let gap = page.cursor.take(record, number: job.topic.name.number(of: record)) {
                _ = encoder.appendGap(after: gap.after, before: record.id, missed: gap.missed, to: &bytes)
            }
            let mark = bytes.writerIndex
            let frame = encoder.append(record, to: &bytes)
            if frame.passes(job.level) {
                passed = nil
            } else {
                bytes.moveWriterIndex(to: mark)
                passed = record.id
            }
            page.last = frame
            if bytes.readableBytes >= 64 << 10 {
                page.bytes.append(bytes)
                bytes = ByteBuffer()
            }
            if frame.kind == .end {
                page.hasEnd = true
                break
            }
        }
        if let passed { bytes.append(cursor: passed) }
        if bytes.readableBytes > 0 { page.bytes.append(bytes) }
        return page
    }
}
