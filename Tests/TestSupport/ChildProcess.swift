//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Foundation
import Synchronization

#if canImport(Glibc)
import Glibc
#endif

/// A process started by a test. It never outlives the test process, even if that is killed.
///
/// Standard output and standard error go to one file, which ``output`` reads.
package final class ChildProcess: Sendable {
    /// How a process ended.
    package enum Exit: Sendable, Hashable {
        /// By itself, with this status.
        case exited(Int32)
        /// By this signal.
        case signalled(Int32)
    }

    /// The process's id, which is also the id of its process group.
    package let pid: Int32
    /// The file with its output.
    package let outputPath: String
    private let exit = Mutex<Exit?>(nil)
    private let guardian: Guardian

    /// Starts a program.
    /// - Parameters:
    ///   - executable: The program's absolute path.
    ///   - arguments: Its arguments, without its name.
    ///   - environment: Variables to set in addition to those of the test process; nil removes one.
    ///   - outputPath: The file that its output is appended to.
    ///   - isTerminal: Whether the file is a terminal. It is then also the input of the program, in a session of its own.
    ///   - ending: How it is ended when the test process is gone.
    /// - Throws: A ``TestFailure`` if it cannot be started.
    package init(
        _ executable: String,
        _ arguments: [String] = [],
        environment: [String: String?] = [:],
        outputPath: String,
        isTerminal: Bool = false,
        ending: Ending = Ending()
    ) throws {
        self.outputPath = outputPath
        pid = try spawn(
            executable,
            arguments,
            environment: environment,
            standardInput: nil,
            outputPath: outputPath,
            isTerminal: isTerminal
        )
        do {
            guardian = try Guardian(watching: pid, ending: ending)
        } catch {
            kill(-pid, SIGKILL)
            _ = waitpid(pid, nil, 0)
            throw error
        }
    }

    deinit {
        guard exitIfEnded() == nil else { return }
        kill(-pid, SIGKILL)
        _ = waitpid(pid, nil, 0)
        guardian.dismiss()
    }

    /// All output so far.
    package var output: String {
        String(decoding: FileManager.default.contents(atPath: outputPath) ?? Data(), as: UTF8.self)
    }

    /// Whether it is still running. A stopped process counts as running.
    package var isRunning: Bool { exitIfEnded() == nil }

    /// Sends a signal to the process if it is running. See also ``killGroup()``.
    package func signal(_ signal: Int32) {
        self.exit.withLock { exit in
            // Inside the lock, so that the id cannot have been reused by another process.
            if Self.reap(pid, &exit) == nil { kill(pid, signal) }
        }
    }

    /// Kills the process and its process group, and waits for its end.
    package func killGroup() async throws {
        self.exit.withLock { exit in
            if Self.reap(pid, &exit) == nil { kill(-pid, SIGKILL) }
        }
        _ = try await waitForExit()
    }

    /// Waits until the process has ended.
    /// - Throws: A ``TestFailure`` with the end of its output if it still runs after the timeout.
    package func waitForExit(timeout: Duration = .seconds(60)) async throws -> Exit {
        do {
            return try await eventually(timeout: timeout, "process \(pid) to end") { exitIfEnded() }
        } catch let failure as TestFailure {
            throw TestFailure("\(failure). Its output ends with:\n\(self.output.suffix(2000))")
        }
    }

    /// Simulates the death of the test process: the guardian kills the process.
    func loseParent() { guardian.loseParent() }

    private func exitIfEnded() -> Exit? {
        let ended = exit.withLock { Self.reap(pid, &$0) }
        if ended != nil { guardian.dismiss() }
        return ended
    }

    private static func reap(_ pid: pid_t, _ exit: inout Exit?) -> Exit? {
        if let exit { return exit }
        var status: Int32 = 0
        guard waitpid(pid, &status, WNOHANG) == pid else { return nil }
        let signal = status & 0x7f
        exit = signal == 0 ? .exited((status >> 8) & 0xff) : .signalled(signal)
        return exit
    }
}
