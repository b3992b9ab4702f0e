//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Logging
import NIOCore
import Subprocess
import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// A browser process that speaks the DevTools protocol over a pipe: file descriptor 3 takes commands, 4 gives answers
/// and events, each message ended by a NUL byte. When this process dies the pipe closes and the browser goes too.
///
/// The process leads a process group of its own, which is killed as a whole; the one task that runs it ends when it has
/// exited, its group is dead and its profile directory removed.
final class BrowserProcess: Sendable {
    private struct Phase: Sendable {
        /// The process group, from the start of the process until just before it is reaped.
        var group: pid_t?
        /// The process group that was killed.
        var endedGroup: pid_t?
        /// Set when the end was asked for before there was a process to end.
        var isDoomed = false
        /// What it was ended for.
        var misbehaviour: String?
        /// How the process ended, once nothing is left of it.
        var end: String?
    }

    private let phase = Watched(Phase())
    private let task = Mutex<Task<Void, Never>?>(nil)

    /// The number of the process group; `nil` before the process runs and when it has ended.
    var group: pid_t? { phase.current.group }

    /// The browser's profile directory.
    let profile: ProfileDirectory

    /// The tail of the process's standard error.
    let standardError = StandardErrorTail()

    /// Starts the process; returns before it is up.
    ///
    /// - Parameters:
    ///   - messages: what goes to the browser, without the framing.
    ///   - heard: is called whenever something comes, a part of a message perhaps.
    ///   - receive: gets each message, in order. When it throws, the process is ended.
    ///   - end: is called once with how the process ended, after which nothing is received.
    init(
        executable: String,
        arguments: [String],
        environment: [String: String],
        profile: ProfileDirectory,
        messages: AsyncStream<[UInt8]>,
        logger: Logger,
        heard: @escaping @Sendable () -> Void,
        receive: @escaping @Sendable ([UInt8]) throws -> Void,
        end: @escaping @Sendable (String) -> Void
    ) {
        self.profile = profile
        // A write into the pipe of a browser that just died must be an error, not the end of this process.
        signal(SIGPIPE, SIG_IGN)
        let running = Task { [phase, standardError] in
            let how: String
            do {
                how = try await Self.run(
                    executable,
                    arguments,
                    environment,
                    phase: phase,
                    standardError: standardError,
                    messages: messages,
                    heard: heard,
                    receive: receive
                )
            } catch {
                how = "could not be started: \(error)"
            }
            logger.debug("browser ended", metadata: ["how": "\(how)"])
            end(how)
            await Self.waitForEnd(of: phase)
            await profile.remove()
            phase.update { $0.end = how }
        }
        task.withLock { $0 = running }
    }

    /// Ends the process and all of its group: by SIGTERM, and by SIGKILL when it takes longer than `grace`. Returns
    /// when it is gone and its profile directory removed. May be called more than once.
    func terminate(grace: Duration) async {
        let task = task.withLock { $0 }
        signalGroup(SIGTERM)
        let isGone = grace == .zero ? false : await hasEnded(within: grace)
        if !isGone { signalGroup(SIGKILL) }
        await task?.value
    }

    /// Waits, also in a cancelled task, until the process has ended by itself.
    func hasEnded(within duration: Duration) async -> Bool {
        let phase = phase
        return await Task {
            let ended: Void? = try? await phase.wait(for: "the browser's end", until: .after(duration)) { phase in
                phase.end == nil ? nil : ()
            }
            return ended != nil
        }.value
    }

    /// Waits until the processes that were killed are gone too. The system gives no event for those that are not our
    /// children; and where nobody reaps orphans they stay on as zombies, for which nobody should wait long.
    private static func waitForEnd(of phase: Watched<Phase>) async {
        guard let group = phase.current.endedGroup else { return }
        let deadline = Deadline.after(.milliseconds(500))
        while kill(-group, 0) == 0, !deadline.hasPassed { try? await Task.sleep(for: .milliseconds(5)) }
    }

    private func signalGroup(_ signal: CInt) {
        // Under the lock that the phase changes under: once the process is reaped its number may be somebody else's.
        phase.update { phase in
            if let group = phase.group { _ = kill(-group, signal) } else { phase.isDoomed = true }
        }
    }

    /// What the shell does before it becomes the browser: swift-subprocess passes on standard input and output only,
    /// the DevTools pipe wants descriptors 3 and 4.
    private static let launcher = "exec 3<&0 4>&1 </dev/null >/dev/null; exec \"$@\""

    private static func run(
        _ executable: String,
        _ arguments: [String],
        _ environment: [String: String],
        phase: Watched<Phase>,
        standardError: StandardErrorTail,
        messages: AsyncStream<[UInt8]>,
        heard: @escaping @Sendable () -> Void,
        receive: @escaping @Sendable ([UInt8]) throws -> Void
    ) async throws -> String {
        var options = PlatformOptions()
        options.processGroupID = 0
        options.teardownSequence = []
        let variables = Dictionary(
            environment.map { (Environment.Key(stringLiteral: $0.key), $0.value) },
            uniquingKeysWith: { $1 }
        )
        let result = try await Subprocess.run(
            .name("sh"),
            arguments: Arguments(["-c", launcher, "stepcast-browser", executable] + arguments),
            environment: .custom(variables),
            platformOptions: options,
            input: .inputWriter,
            output: .sequence,
            error: .sequence
        ) { execution in
            let group = execution.processIdentifier.value
            phase.update { phase in
                phase.group = group
                if phase.isDoomed { _ = kill(-group, SIGKILL) }
            }
            // Ends with the last process that holds the pipe, or with the first of them; its last words are wanted, so
            // it is waited for and not cancelled.
            async let drained: Void = Self.drain(execution.standardError, into: standardError)
            await withTaskGroup(of: Void.self) { tasks in
                tasks.addTask {
                    for await message in messages {
                        guard (try? await execution.standardInputWriter.write(message + [0])) != nil else { return }
                    }
                }
                do {
                    var framing = PipeFraming()
                    for try await buffer in execution.standardOutput {
                        heard()
                        for message in try buffer.withUnsafeBytes({ try framing.feed($0) }) { try receive(message) }
                    }
                } catch let error as BrowserError {
                    // What comes through the pipe is not the protocol: the browser is of no more use.
                    phase.update { $0.misbehaviour = error.message }
                } catch {
                    // The pipe broke.
                }
                // The pipe's end is the browser's end. Its helpers die with it, whatever state they are in: only
                // SIGKILL is sure, and the group's number is still ours, since the leader is not reaped before this
                // closure returns.
                _ = kill(-group, SIGKILL)
                tasks.cancelAll()
            }
            await drained
            phase.update { phase in
                phase.group = nil
                phase.endedGroup = group
            }
        }
        if let misbehaviour = phase.current.misbehaviour { return "was ended: \(misbehaviour)" }
        switch result.terminationStatus {
        case .exited(let code): return "exited with status \(code)"
        case .signaled(let signal): return "was ended by signal \(signal)"
        }
    }

    private static func drain(_ output: SubprocessOutputSequence, into tail: StandardErrorTail) async {
        do {
            for try await buffer in output { buffer.withUnsafeBytes { tail.append($0) } }
        } catch {
            // What cannot be read cannot be shown either.
        }
    }
}
