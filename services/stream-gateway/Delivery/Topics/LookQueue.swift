//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import NIOCore
import Redis
import Synchronization

/// The topics whose streams are to be looked into. Many are looked into by one command, and while that is on its way the
/// next ones gather.
final class LookQueue: Sendable {
    private struct State {
        var topics: [ObjectIdentifier: Topic] = [:]
        var order: [ObjectIdentifier] = []

        /// The topics whose heavy streams are being looked into, and whether that is asked for again.
        var busy: [ObjectIdentifier: Bool] = [:]
    }

    /// How many streams are read for the first time at once.
    private static let loadsAtOnce = 8

    private let reader: StreamReader
    private let eventLoop: any EventLoop
    private let heavy = HeavyQueue()
    private let state = Mutex(State())
    private let bell: AsyncStream<Void>
    private let ringing: AsyncStream<Void>.Continuation
    private let loads: AsyncStream<Topic>
    private let loading: AsyncStream<Topic>.Continuation

    /// - Parameter eventLoop: Where the topics are; looking does not leave it.
    init(reader: StreamReader, eventLoop: any EventLoop) {
        self.reader = reader
        self.eventLoop = eventLoop
        (bell, ringing) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
        (loads, loading) = AsyncStream.makeStream()
    }

    /// Has a topic's stream looked into, soon.
    func add(_ topic: Topic) {
        let isFirst = self.state.withLock { state in
            let id = ObjectIdentifier(topic)
            if state.busy[id] != nil {
                state.busy[id] = true
                return false
            }
            if state.topics.updateValue(topic, forKey: id) == nil { state.order.append(id) }
            return state.order.count == 1
        }
        if isFirst { ringing.yield() }
    }

    /// Has a topic's stream read for the first time.
    func load(_ topic: Topic) { loading.yield(topic) }

    /// Looks until the task is cancelled.
    func run() async {
        await withDiscardingTaskGroup { group in
            group.addTask { await self.runLoads() }
            group.addTask { await self.heavy.run() }
            group.addTask(executorPreference: EventLoopTaskExecutor(eventLoop)) { await self.runLooks() }
        }
    }

    private func runLooks() async {
        var next = NIODeadline.uptimeNanoseconds(0)
        for await _ in bell {
            while true {
                // A command for a few costs nearly as much as one for many, so while looks come fast they gather.
                let pause = next - .now()
                if pause > .zero { try? await eventLoop.scheduleTask(in: pause) {}.futureResult.get() }
                let looks = take()
                if looks.isEmpty { break }
                next = .now() + Self.gathering
                await perform(looks)
            }
        }
    }

    /// How long it is from one look to the next at least.
    private static let gathering = TimeAmount.milliseconds(4)

    private func runLoads() async {
        await withTaskGroup(of: Void.self) { group in
            var running = 0
            for await topic in loads {
                if running >= Self.loadsAtOnce {
                    await group.next()
                    running -= 1
                }
                running += 1
                group.addTask { await self.read(topic) }
            }
        }
    }

    private func take() -> [Topic] {
        self.state.withLock { state in
            let count = min(state.order.count, StreamReader.looksAtOnce)
            defer { state.order.removeFirst(count) }
            return state.order.prefix(count).compactMap { state.topics.removeValue(forKey: $0) }
        }
    }

    private func perform(_ looks: [Topic]) async {
        let begun = looks.compactMap { topic in topic.beginLook().map { (topic: topic, expectation: $0) } }
        if begun.isEmpty { return }
        do {
            let pages = try await reader.look(begun.map { ($0.topic.name, $0.expectation) })
            for ((topic, expectation), page) in zip(begun, pages) {
                switch page {
                case .success(.value(let page)): topic.endLook(.success(page), after: expectation.id)
                case .success(.heavy(let heavy)): look(into: topic, expectation, heavy)
                case .failure(let error): topic.endLook(.failure(error), after: expectation.id)
                }
            }
        } catch {
            for (topic, expectation) in begun { topic.endLook(.failure(error), after: expectation.id) }
        }
    }

    /// Looks into a heavy stream. The others are not kept waiting.
    private func look(into topic: Topic, _ expectation: StreamExpectation, _ heavy: Heavy) {
        let id = ObjectIdentifier(topic)
        state.withLock { $0.busy[id] = false }
        self.heavy.add {
            do throws(RedisError) {
                let page = try await self.reader.look(topic.name, expectation, heavy: heavy)
                topic.endLook(.success(page), after: expectation.id)
            } catch {
                topic.endLook(.failure(error), after: expectation.id)
            }
            if self.state.withLock({ $0.busy.removeValue(forKey: id) }) ?? false { self.add(topic) }
        }
    }

    private func read(_ topic: Topic) async {
        topic.beginLoad()
        do {
            switch try await reader.last(TopicLog.initialRecords, of: topic.name) {
            case .value(let page):
                topic.load(.success(page))
            case .heavy(let heavy):
                self.heavy.add {
                    do throws(RedisError) {
                        topic.load(.success(try await self.reader.last(of: topic.name, heavy: heavy)))
                    } catch {
                        topic.load(.failure(error))
                    }
                }
            }
        } catch {
            topic.load(.failure(error))
        }
    }
}
