//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import Logging
package import NIOCore
import NIOPosix
import Synchronization

/// A client of Redis: one connection, shared by all who use it, on which commands follow each other without waiting
/// for answers. The connection is made again whenever it is lost.
///
/// ```swift
/// let redis = RedisClient(configuration: try RedisConfiguration(url: "redis://127.0.0.1:6379"), logger: logger)
/// async let running: Void = redis.run()
/// let length = try await redis.send(RedisCommand("STRLEN", "key")).integer
/// ```
///
/// Commands are never sent twice. One that failed with an error that ``RedisError/isRetryable`` may have been carried
/// out; whoever sent it knows whether it can be repeated. Commands that block Redis's answer (`BLPOP`, `XREAD BLOCK`)
/// hold up all that follow them and need a client of their own; `SUBSCRIBE` needs ``RedisSubscriber``.
package final class RedisClient: RedisConnecting {
    /// Where Redis is, and how to talk to it.
    package let configuration: RedisConfiguration
    package let handle: RedisHandle

    private let core: NIOLoopBoundBox<ClientCore>
    private let lastID = Atomic<UInt64>(0)

    /// - Parameters:
    ///   - configuration: where Redis is.
    ///   - eventLoopGroup: one of its event loops carries the connection.
    ///   - logger: is told of connections made and lost.
    package init(
        configuration: RedisConfiguration,
        eventLoopGroup: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton,
        logger: Logger
    ) {
        let eventLoop = eventLoopGroup.next()
        let keeper = ConnectionKeeper(configuration: configuration, eventLoop: eventLoop, logger: logger)
        let states = keeper.states
        core = NIOLoopBoundBox.makeBoxSendingValue(ClientCore(keeper), eventLoop: eventLoop)
        handle = RedisHandle(core, eventLoop: eventLoop, states: states)
        self.configuration = configuration
    }

    // MARK: Commands

    /// Sends a command and waits for the answer.
    ///
    /// While the first connection is being made, the command waits for it, for `connectTimeout` at most. When Redis is
    /// known to be away it fails at once. When the task is cancelled the answer is discarded as it comes.
    ///
    /// - Throws: what Redis answered, as `serverError`; or why there is no answer.
    package func send(_ command: RedisCommand) async throws(RedisError) -> RESPValue {
        let answers = try await request(name: command.name, commands: [command])
        guard let answer = answers.first else {
            throw RedisError(.protocolError, "Redis gave no answer to \(command.name)")
        }
        return try answer.get()
    }

    /// Sends several commands in one go, and waits for all of the answers. It is no transaction: commands of others
    /// may come in between.
    ///
    /// - Returns: an answer, or why there is none, for each command in order.
    /// - Throws: why nothing was sent.
    package func pipeline(_ commands: [RedisCommand]) async throws(RedisError) -> [Result<RESPValue, RedisError>] {
        guard let first = commands.first else { return [] }
        let name = commands.count == 1 ? first.name : "\(first.name) and \(commands.count - 1) more"
        return try await request(name: name, commands: commands)
    }

    /// Runs a script, by its digest where Redis has it in its cache, else by its text.
    ///
    /// - Parameters:
    ///   - script: what to run.
    ///   - keys: all keys that the script uses, its `KEYS`.
    ///   - arguments: its `ARGV`.
    /// - Throws: as ``send(_:)`` does; errors that the script raises are `serverError`s.
    package func evaluate(
        _ script: RedisScript,
        keys: [String],
        arguments: [any RedisArgument]
    ) async throws(RedisError) -> RESPValue {
        do {
            return try await send(script.evalshaCommand(keys: keys, arguments: arguments))
        } catch {
            // Redis was restarted, or its cache was flushed. It has run nothing, so sending again is safe.
            guard error.serverPrefix == "NOSCRIPT" else { throw error }
            return try await send(script.evalCommand(keys: keys, arguments: arguments))
        }
    }

    private func request(
        name: String,
        commands: [RedisCommand]
    ) async throws(RedisError) -> [Result<RESPValue, RedisError>] {
        let id = lastID.wrappingAdd(1, ordering: .relaxed).newValue
        let cancellation = CancellationMark()
        let outcome = await withTaskCancellationHandler {
            await withCheckedContinuation { (continuation: CheckedContinuation<Request.Outcome, Never>) in
                let request = Request(id: id, name: name, commands: commands) { continuation.resume(returning: $0) }
                handle.eventLoop.execute { [core] in
                    // A cancellation from before this moment has found no request to cancel.
                    if cancellation.isSet {
                        let error = RedisError(.cancelled, "\(name) was cancelled before it was sent")
                        request.complete(.failure(error))
                    } else {
                        core.value.submit(request)
                    }
                }
            }
        } onCancel: {
            cancellation.set()
            handle.eventLoop.execute { [core] in core.value.cancel(id: id) }
        }
        return try outcome.get()
    }

}

/// Whether a task was cancelled, for the event loop to see.
private final class CancellationMark: Sendable {
    private let mark = Atomic(false)

    var isSet: Bool { mark.load(ordering: .acquiring) }

    func set() {
        mark.store(true, ordering: .releasing)
    }
}
