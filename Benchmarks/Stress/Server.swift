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
    var isUp: Bool { self.process != nil && !self.isStopped && !self.isTerminating }

    /// The most memory that it had, in kB; 0 when it does not run.
    var peakMemory: Int { self.process.flatMap { ProcFile.number("VmHWM", in: "/proc/\($0.id)/status") } ?? 0 }

    func start() throws(LoadError) {
        self.process = try ChildProcess(
            self.arguments,
            environment: self.environment,
            directory: self.directory,
            log: "\(self.directory)/\(self.name).log"
        )
    }

    /// `kill -9`.
    func kill(for downtime: Int64) {
        self.process?.signal(SIGKILL)
        self.isTerminating = true
        self.downtime = downtime
    }

    /// SIGTERM.
    func terminate(for downtime: Int64) {
        self.process?.signal(SIGTERM)
        self.isTerminating = true
        self.downtime = downtime
    }

    func pause(for time: Int64) {
        self.process?.signal(SIGSTOP)
        self.isStopped = true
        self.dueAt = Clock.now + time
    }

    /// Makes it whole again, now.
    func heal() {
        self.dueAt = 0
        self.downtime = 0
    }

    /// Does what is due.
    ///
    /// - Returns: What it said last, if it has ended by itself.
    func tick(_ now: Int64) throws(LoadError) -> String? {
        guard let process = self.process else {
            if now >= self.dueAt { try self.start() }
            return nil
        }
        if self.isStopped, now >= self.dueAt {
            process.signal(SIGCONT)
            self.isStopped = false
        }
        if process.isRunning { return nil }
        let expected = self.isTerminating
        self.process = nil
        self.isTerminating = false
        self.isStopped = false
        self.dueAt = now + (expected ? self.downtime : 200_000_000)
        return expected ? nil : process.lastLines
    }

    /// Ends it for good.
    func stop() {
        if self.isStopped { self.process?.signal(SIGCONT) }
        self.process?.stop()
        self.process = nil
    }
}
