//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Foundation
import Synchronization

#if canImport(Glibc)
import Glibc
#endif

/// How a process is ended whose test is gone.
package struct Ending: Sendable {
    /// What it is sent first, with five seconds to end by itself.
    package var signal: Int32?

    /// A directory that is removed afterwards.
    package var directory: String?

    package init(signal: Int32? = nil, directory: String? = nil) {
        self.signal = signal
        self.directory = directory
    }

    fileprivate func script(_ pid: pid_t) -> String {
        var steps: [String] = []
        if let signal {
            steps.append("kill -\(signal) \(pid)")
            steps.append("n=0; while kill -0 \(pid) 2>/dev/null && [ $n -lt 50 ]; do sleep 0.1; n=$((n + 1)); done")
        }
        steps.append("kill -KILL -\(pid)")
        if let directory { steps.append("rm -rf '\(directory)'") }
        return steps.joined(separator: "; ")
    }
}

/// A shell that kills a process when this process has ended for any reason.
///
/// It reads from a socket whose other end only this process holds. `PR_SET_PDEATHSIG` does not work: it fires when the
/// *thread* that started the process ends, and threads of a pool do.
final class Guardian: Sendable {
    private let pid: pid_t
    private let lifeline: Mutex<Int32?>

    /// - Parameters:
    ///   - watched: The process to kill, together with its process group.
    ///   - ending: What is done besides.
    init(watching watched: pid_t, ending: Ending = Ending()) throws {
        var ends: [Int32] = [-1, -1]
        // Closed on exec from the start, so that no other child of this process keeps it open.
        let type = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
        guard socketpair(AF_UNIX, type, 0, &ends) == 0 else {
            throw TestFailure("No pair of sockets: \(describe(errno))")
        }
        defer { close(ends[0]) }
        lifeline = Mutex(ends[1])
        do {
            pid = try spawn(
                "/bin/sh",
                ["-c", "trap '' INT TERM HUP; read -r word || { \(ending.script(watched)); }"],
                standardInput: ends[0],
                outputPath: "/dev/null"
            )
        } catch {
            close(ends[1])
            throw error
        }
    }

    deinit { dismiss() }

    /// Ends the watch because the process has ended.
    func dismiss() {
        self.lifeline.withLock { lifeline in
            guard let end = lifeline else { return }
            lifeline = nil
            // Not `write`, which would raise SIGPIPE if the shell has been killed.
            _ = send(end, "\n", 1, Int32(MSG_NOSIGNAL))
            close(end)
            _ = waitpid(pid, nil, 0)
        }
    }
}

extension Guardian {
    /// Shows the guardian what it would see if this process were killed.
    func loseParent() {
        self.lifeline.withLock { lifeline in
            guard let end = lifeline else { return }
            lifeline = nil
            close(end)
            _ = waitpid(pid, nil, 0)
        }
    }
}

func describe(_ code: Int32) -> String { String(cString: strerror(code)) }
