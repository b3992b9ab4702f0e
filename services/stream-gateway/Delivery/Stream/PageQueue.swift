//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import NIOCore
import Redis

/// Reads pages of streams for viewers that are behind the ring, a bounded number at a time: thousands of viewers that
/// come back at once must not hold a page each.
struct PageQueue: Sendable {
    private struct Job: Sendable {
        var request: PageRequest
        var eventLoop: any EventLoop
        var completion: @Sendable (Result<EncodedPage, RedisError>) -> Void
    }

    /// How many pages are read at a time. Encoding them must not take all the threads, which live records need.
    private static let concurrency = max(1, System.coreCount / 2)

    private let reader: StreamReader
    private let heavy = HeavyQueue()
    private let jobs: AsyncStream<Job>
    private let queue: AsyncStream<Job>.Continuation

    init(reader: StreamReader) {
        self.reader = reader
        (jobs, queue) = AsyncStream.makeStream()
    }

    /// Has a page read.
    ///
    /// - Parameter completion: Called on the event loop.
    func read(
        _ request: PageRequest,
        on eventLoop: any EventLoop,
        completion: @escaping @Sendable (Result<EncodedPage, RedisError>) -> Void
    ) {
        queue.yield(Job(request: request, eventLoop: eventLoop, completion: completion))
    }

    /// Reads pages until the task is cancelled.
    func run() async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await heavy.run() }
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

    private func read(_ job: Job) async {
        do {
            switch try await reader.page(for: job.request) {
            case .value(let page):
                job.eventLoop.execute { job.completion(.success(page)) }
            case .heavy(let heavy):
                self.heavy.add { await self.read(job, heavy) }
            }
        } catch {
            job.eventLoop.execute { job.completion(.failure(error)) }
        }
    }

    private func read(_ job: Job, _ heavy: Heavy) async {
        let result: Result<EncodedPage, RedisError>
        do {
            result = .success(try await reader.page(for: job.request, heavy: heavy))
        } catch {
            result = .failure(error)
        }
        job.eventLoop.execute { job.completion(result) }
    }
}
