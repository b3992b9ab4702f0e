//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

// For sigset_t, which <sys/epoll.h> includes.
import CEpoll
import Glibc

/// A server started for a measurement. It ends with this program, however that ends.
package final class ChildProcess {
    package let id: Int32
    private let name: String
    private let log: String
    private var status: Int32?

    /// Starts a program.
    ///
    /// - Parameters:
    ///   - arguments: The program and its arguments.
    ///   - environment: Its complete environment.
    ///   - directory: Its working directory.
    ///   - log: The file for its output.
    package init(
        _ arguments: [String],
        environment: [String: String] = [:],
        directory: String,
        log: String
    ) throws(LoadError) {
        name = arguments.first ?? ""
        self.log = log
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, log, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        posix_spawn_file_actions_adddup2(&actions, 1, 2)
        // A child that inherited a socket would keep its connection open or its port in use after it is closed here.
        Self.closeAll(from: 3, &actions)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // A separate group: an interrupt from the terminal goes to this program, which then stops its servers in order.
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK))
        posix_spawnattr_setpgroup(&attributes, 0)
        // The calling thread may block all signals.
        var signals = sigset_t()
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)

        let path = getenv("PATH").map { String(cString: $0) } ?? "/usr/sbin:/usr/bin:/sbin:/bin"
        let variables = environment.merging(["PATH": path]) { own, _ in own }.map { "\($0)=\($1)" }
        var id: Int32 = 0
        let command = ["env", "-C", directory, "setpriv", "--pdeathsig", "TERM", "--"] + arguments
        let code = Self.withCStrings(command) { argv in
            Self.withCStrings(variables) { posix_spawnp(&id, "env", &actions, &attributes, argv, $0) }
        }
        if code != 0 { throw LoadError("starting \(name) by env and setpriv", errno: code) }
        self.id = id
    }

    deinit {
        stop()
    }

    /// Whether it is still running. If not, its remaining children are killed at once, since the number of its group
    /// may be reused later.
    package var isRunning: Bool {
        if self.status != nil { return false }
        var status: Int32 = 0
        guard waitpid(id, &status, WNOHANG) == id else { return true }
        self.status = status
        kill(-id, SIGKILL)
        return false
    }

    /// Waits until the server is ready.
    ///
    /// - Throws: ``LoadError`` with the end of its log if it ends before, or takes more than 20 s.
    package func waitUntilReady(_ isReady: () -> Bool) throws(LoadError) {
        let deadline = Clock.now + Int64(seconds: 20)
        while !isReady() {
            try Interruption.check()
            if !isRunning { throw LoadError("\(name) ended at once: \(lastLines)") }
            if Clock.now > deadline { throw LoadError("\(name) is not ready after 20 s: \(lastLines)") }
            usleep(10_000)
        }
    }

    /// Sends it a signal, if it is still running.
    package func signal(_ number: Int32) {
        if isRunning { kill(id, number) }
    }

    /// Terminates it, and kills it after 10 s.
    package func stop() {
        if !isRunning { return }
        kill(id, SIGTERM)
        let deadline = Clock.now + Int64(seconds: 10)
        while isRunning, Clock.now < deadline { usleep(5000) }
        if !isRunning { return }
        kill(-id, SIGKILL)
        var status: Int32 = 0
        waitpid(id, &status, 0)
        self.status = status
    }

    /// The end of its output.
    package var lastLines: String {
        ProcFile.read(log)?.split(separator: "\n").suffix(5).joined(separator: "\n") ?? ""
    }

    /// glibc's `posix_spawn_file_actions_addclosefrom_np`, which is only declared with `_GNU_SOURCE` and therefore not
    /// visible to Swift. Without it, files that are not closed on exec stay open.
    private static func closeAll(from first: Int32, _ actions: inout posix_spawn_file_actions_t) {
        typealias Function = @convention(c) (UnsafeMutablePointer<posix_spawn_file_actions_t>, Int32) -> Int32
        guard let symbol = dlsym(nil, "posix_spawn_file_actions_addclosefrom_np") else { return }
        _ = unsafeBitCast(symbol, to: Function.self)(&actions, first)
    }

    private static func withCStrings<Result>(
        _ strings: [String],
        _ body: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> Result
    ) -> Result {
        let pointers = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>.allocate(capacity: strings.count + 1)
        for (index, string) in strings.enumerated() { pointers[index] = strdup(string) }
        pointers[strings.count] = nil
        defer {
            for index in strings.indices { free(pointers[index]) }
            pointers.deallocate()
        }
        return body(pointers)
    }
}
