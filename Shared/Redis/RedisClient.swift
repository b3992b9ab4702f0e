//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import Logging
package import NIOCore
import NIOPosix
import Synchronization

/// A Redis client with one connection that is shared by all users and pipelines their commands. It reconnects whenever
/// the connection is lost.
///
/// ```swift
/// let redis = RedisClient(configuration: try RedisConfiguration(url: "redis://127.0.0.1:6379"), logger: logger)
/// async let running: Void = redis.run()
/// let length = try await redis.send(RedisCommand("STRLEN", "key")).integer
/// ```
///
/// Commands are never sent twice. A command that failed with an error that ``RedisError/isRetryable`` may have been
/// executed; the caller knows whether it can be repeated. Blocking commands (`BLPOP`, `XREAD BLOCK`) delay all commands
/// after them and need a client of their own. `SUBSCRIBE` needs ``RedisSubscriber``.
package final class RedisClient: RedisConnecting {
    /// Where Redis is, and how to connect to it.
    package let configuration: RedisConfiguration
    package let handle: RedisHandle

    private let core: NIOLoopBoundBox<ClientCore>
    private let lastID = Atomic<UInt64>(0)

    /// - Parameters:
    ///   - configuration: Where Redis is, and how to connect to it.
    ///   - eventLoopGroup: The connection runs on one of its event loops.
    ///   - logger: Logs connections made and lost.
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

    /// Sends a command and waits for the reply.
    ///
    /// While the client connects, the command waits for at most `connectTimeout`. If Redis is known to be unavailable,
    /// it fails at once. If the task is cancelled, the reply is discarded.
    ///
    /// - Throws: An error reply of Redis as `serverError`, or why there is no reply.
    package func send(_ command: RedisCommand) async throws(RedisError) -> RESPValue {
        let answers = try await request(name: command.name, commands: [command])
        guard let answer = answers.first else {
            throw RedisError(.protocolError, "Redis sent no reply to \(command.name)")
        }
        return try answer.get()
    }

    /// Sends several commands at once and waits for all replies. This is not a transaction: other clients' commands may
    /// run in between.
    ///
    /// - Returns: A reply or an error for each command, in order.
    /// - Throws: Why nothing was sent.
    package func pipeline(_ commands: [RedisCommand]) async throws(RedisError) -> [Result<RESPValue, RedisError>] {
        guard let first = commands.first else { return [] }
        let name = commands.count == 1 ? first.name : "\(first.name) and \(commands.count - 1) more"
        return try await request(name: name, commands: commands)
    }

    /// Runs a script by its digest if Redis has it cached, otherwise by its source.
    ///
    /// - Parameters:
    ///   - script: The script.
    ///   - keys: All keys that the script uses, its `KEYS`.
    ///   - arguments: Its `ARGV`.
    /// - Throws: As ``send(_:)`` does. Errors raised by the script are `serverError`s.
    package func evaluate(
        _ script: RedisScript,
        keys: [String],
        arguments: [any RedisArgument]
    ) async throws(RedisError) -> RESPValue {
        do {
            return try await send(script.evalshaCommand(keys: keys, arguments: arguments))
        } catch {
            // Redis was restarted, or its cache was flushed. Nothing was run, so sending again is safe.
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
                    // A cancellation before this point found no request to cancel.
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

/// Whether a task was cancelled, readable from the event loop.
private final class CancellationMark: Sendable {
    private let mark = Atomic(false)

    var isSet: Bool { mark.load(ordering: .acquiring) }

    func set() {
        mark.store(true, ordering: .releasing)
    }
}
