//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import NIOCore
import Redis
import Synchronization

/// Reads pages of streams for viewers that are behind the ring, a bounded number at a time: thousands of viewers that
/// come back at once must not hold a page each.
struct PageQueue: Sendable {
    private struct Job: Sendable {
        var request: PageRequest
        var eventLoop: any EventLoop
        var completion: @Sendable (Result<EncodedPage, RedisError>) -> Void

        func complete(_ result: Result<EncodedPage, RedisError>) { eventLoop.execute { completion(result) } }
    }

    /// How many pages are read at a time. Encoding them must not take all the threads, which live records need.
    private static let concurrency = max(1, System.coreCount / 2)

    /// How many pages of the past are read, or waited for, at a time. They hold up no other page.
    private static let pastConcurrency = 32

    /// How many pages wait to be read.
    private final class Waiting: Sendable {
        let count = Mutex(0)
    }

    private let reader: StreamReader
    private let past: PastReader?
    private let heavy = HeavyQueue()
    private let waiting = Waiting()
    private let jobs: AsyncStream<Job>
    private let queue: AsyncStream<Job>.Continuation
    private let pastJobs: AsyncStream<@Sendable () async -> Void>
    private let pastQueue: AsyncStream<@Sendable () async -> Void>.Continuation

    /// - Parameter past: What Redis does not have any more; `nil` if that is kept nowhere.
    init(reader: StreamReader, past: (any PastRecords)? = nil) {
        self.reader = reader
        self.past = past.map(PastReader.init)
        (jobs, queue) = AsyncStream.makeStream()
        (pastJobs, pastQueue) = AsyncStream.makeStream()
    }

    /// Has a page read.
    ///
    /// - Parameter completion: Called on the event loop.
    func read(
        _ request: PageRequest,
        on eventLoop: any EventLoop,
        completion: @escaping @Sendable (Result<EncodedPage, RedisError>) -> Void
    ) {
        let job = Job(request: request, eventLoop: eventLoop, completion: completion)
        guard let past, request.isInPast, !request.wantsFrames else {
            add(job)
            return
        }
        pastQueue.yield {
            if let page = await past.fullPage(for: request) {
                job.complete(.success(page))
            } else {
                add(job)
            }
        }
    }

    private func add(_ job: Job) {
        waiting.count.withLock { $0 += 1 }
        queue.yield(job)
    }

    /// Reads pages until the task is cancelled.
    func run() async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await heavy.run() }
            group.addTask { await reader.ahead.run() }
            if past != nil { group.addTask { await readPast() } }
            var running = 0
            for await job in jobs {
                if running >= Self.concurrency {
                    await group.next()
                    running -= 1
                }
                running += 1
                group.addTask { await read(job) }
            }
        }
    }

    private func readPast() async {
        await withDiscardingTaskGroup { group in
            for _ in 0..<Self.pastConcurrency {
                group.addTask { for await job in pastJobs { await job() } }
            }
        }
    }

    private func read(_ job: Job) async {
        do {
            // When many wait, what is asked for ahead would be forgotten before it is wanted.
            let isQuiet = waiting.count.withLock { count in
                count -= 1
                return count == 0
            }
            switch try await reader.page(for: job.request, readsAhead: isQuiet) {
            case .value(let page):
                give(page, job)
            case .heavy(let heavy):
                self.heavy.add { await self.read(job, heavy) }
            }
        } catch {
            job.complete(.failure(error))
        }
    }

    private func read(_ job: Job, _ heavy: Heavy) async {
        do {
            give(try await reader.page(for: job.request, heavy: heavy), job)
        } catch {
            job.complete(.failure(error))
        }
    }

    private func give(_ page: EncodedPage, _ job: Job) {
        guard let past, page.lack != nil else {
            job.complete(.success(page))
            return
        }
        pastQueue.yield { job.complete(.success(await past.complete(page))) }
    }
}
