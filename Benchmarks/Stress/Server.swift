//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Glibc
import Loopback

/// A server that is killed, stopped and started again.
final class Server {
    let name: String
    let port: UInt16

    private let directory: String
    private let arguments: [String]
    private let environment: [String: String]
    private var process: ChildProcess?
    private var isTerminating = false
    private var isStopped = false
    /// When it is to be started, or continued.
    private var dueAt: Int64 = 0
    private var downtime: Int64 = 0

    init(name: String, port: UInt16, arguments: [String], environment: [String: String] = [:], directory: String) {
        self.name = name
        self.port = port
        self.arguments = arguments
        self.environment = environment
        self.directory = directory
    }

    /// Whether it runs, and nothing is being done to it.
    var isUp: Bool { process != nil && !isStopped && !isTerminating }

    /// The most memory that it had, in kB; 0 when it does not run.
    var peakMemory: Int { process.flatMap { ProcFile.number("VmHWM", in: "/proc/\($0.id)/status") } ?? 0 }

    func start() throws(LoadError) {
        process = try ChildProcess(
            arguments,
            environment: environment,
            directory: directory,
            log: "\(directory)/\(name).log"
        )
    }

    /// `kill -9`.
    func kill(for downtime: Int64) {
        process?.signal(SIGKILL)
        isTerminating = true
        self.downtime = downtime
    }

    /// SIGTERM.
    func terminate(for downtime: Int64) {
        process?.signal(SIGTERM)
        isTerminating = true
        self.downtime = downtime
    }

    func pause(for time: Int64) {
        process?.signal(SIGSTOP)
        isStopped = true
        dueAt = Clock.now + time
    }

    /// Makes it whole again, now.
    func heal() {
        dueAt = 0
        downtime = 0
    }

    /// Does what is due.
    ///
    /// - Returns: What it said last, if it has ended by itself.
    func tick(_ now: Int64) throws(LoadError) -> String? {
        guard let process = self.process else {
            if now >= dueAt { try start() }
            return nil
        }
        if isStopped, now >= dueAt {
            process.signal(SIGCONT)
            isStopped = false
        }
        if process.isRunning { return nil }
        let expected = isTerminating
        self.process = nil
        isTerminating = false
        isStopped = false
        dueAt = now + (expected ? downtime : 200_000_000)
        return expected ? nil : process.lastLines
    }

    /// Ends it for good.
    func stop() {
        if isStopped { process?.signal(SIGCONT) }
        process?.stop()
        process = nil
    }
}
