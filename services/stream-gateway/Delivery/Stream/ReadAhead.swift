//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import Redis
import Synchronization

/// Asks Redis for the next page of a long history while the one before is encoded and sent.
///
/// What was asked for ahead is given only to the same question, which a viewer asks a moment later: of the same place, while
/// the log has read no further and has not begun anew. It then is what a quicker answer would have been.
final class ReadAhead: Sendable {
    /// What is asked.
    struct Question: Hashable {
        var name: Subject

        /// What is behind this is wanted.
        var id: EntryID

        /// By which log, how often that had begun anew, and how far it had read.
        var incarnation: UInt64 = 0
        var epoch: Int
        var read: EntryID
    }

    /// How long an answer is kept for whoever asked.
    private static let lifetime = Duration.seconds(1)

    /// How many answers are kept, or waited for.
    private static let capacity = 8

    private static let cancelled = RedisError(.cancelled, "nobody asks any more")

    private final class Page: Sendable {
        enum State {
            case asked
            case awaited(CheckedContinuation<Void, Never>)
            case answered(Result<RESPValue, RedisError>)
        }

        let askedAt = ContinuousClock.now
        let state = Mutex(State.asked)

        func answer(_ reply: Result<RESPValue, RedisError>) {
            let before = state.withLock { state in
                defer { state = .answered(reply) }
                return state
            }
            if case .awaited(let continuation) = before { continuation.resume() }
        }

        /// The answer, once it is there. For one caller.
        var reply: Result<RESPValue, RedisError>? {
            get async {
                await withTaskCancellationHandler {
                    await withCheckedContinuation { continuation in
                        let isThere = state.withLock { state in
                            if case .answered = state { return true }
                            state = .awaited(continuation)
                            return false
                        }
                        if isThere { continuation.resume() }
                    }
                } onCancel: {
                    answer(.failure(ReadAhead.cancelled))
                }
                return state.withLock { if case .answered(let reply) = $0 { reply } else { nil } }
            }
        }
    }

    private struct Job: Sendable {
        var page: Page
        var ask: @Sendable () async throws(RedisError) -> RESPValue
    }

    private let pages = Mutex<[(question: Question, page: Page)]>([])
    private let idle = Mutex(0)
    private let jobs: AsyncStream<Job>
    private let queue: AsyncStream<Job>.Continuation

    init() { (jobs, queue) = AsyncStream.makeStream() }

    /// Asks what is to be asked ahead until the task is cancelled.
    func run() async {
        await withDiscardingTaskGroup { group in
            for _ in 0..<Self.capacity {
                group.addTask {
                    self.idle.withLock { $0 += 1 }
                    for await job in self.jobs {
                        do throws(RedisError) {
                            job.page.answer(.success(try await job.ask()))
                        } catch {
                            job.page.answer(.failure(error))
                        }
                        self.idle.withLock { $0 += 1 }
                    }
                }
            }
        }
    }

    /// Asks a question ahead, if there is room.
    func begin(_ question: Question, _ ask: @escaping @Sendable () async throws(RedisError) -> RESPValue) {
        // Only as long as somebody is there to ask at once.
        let isAccepted = idle.withLock { idle in
            if idle == 0 { return false }
            idle -= 1
            return true
        }
        guard isAccepted else { return }
        let page = Page()
        pages.withLock { pages in
            pages.removeAll { $0.page.askedAt + Self.lifetime < page.askedAt || $0.question == question }
            if pages.count >= Self.capacity { pages.removeFirst() }
            pages.append((question, page))
        }
        if case .terminated = queue.yield(Job(page: page, ask: ask)) {
            page.answer(.failure(Self.cancelled))
        }
    }

    /// The answer to a question that was asked ahead; `nil` if it was not, or if asking has failed.
    func take(_ question: Question) async -> RESPValue? {
        let page = pages.withLock { pages -> Page? in
            guard let index = pages.firstIndex(where: { $0.question == question }) else { return nil }
            return pages.remove(at: index).page
        }
        guard let page, page.askedAt + Self.lifetime > .now else { return nil }
        return try? await page.reply?.get()
    }
}

extension ReadAhead.Question {
    /// - Parameter id: `nil` for the place of the request.
    init(_ request: PageRequest, after id: EntryID? = nil) {
        self.init(
            name: request.name,
            id: id ?? request.position.id,
            incarnation: request.incarnation,
            epoch: request.position.epoch,
            read: request.read
        )
    }
}
