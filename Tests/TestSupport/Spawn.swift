//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Foundation

#if canImport(Glibc)
import Glibc
#endif

/// Starts a program in its own process group, with only the three standard files open.
///
/// - Parameter isTerminal: Whether the output path is a terminal, which becomes the controlling terminal of the program.
func spawn(
    _ executable: String,
    _ arguments: [String],
    environment changes: [String: String?] = [:],
    standardInput: Int32?,
    outputPath: String,
    isTerminal: Bool = false
) throws -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    if isTerminal {
        // The first terminal that the leader of a session opens is the session's.
        posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, outputPath, O_RDWR, 0)
    } else if let standardInput {
        posix_spawn_file_actions_adddup2(&actions, standardInput, STDIN_FILENO)
    } else {
        posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
    }
    if isTerminal {
        posix_spawn_file_actions_adddup2(&actions, STDIN_FILENO, STDOUT_FILENO)
    } else {
        posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, outputPath, O_WRONLY | O_CREAT | O_APPEND, 0o600)
    }
    posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO)
    // SwiftNIO's sockets are not closed on exec. A child that inherited them would keep ports in use and connections
    // open for other tests that run at the same time.
    try closeAll(from: STDERR_FILENO + 1, &actions)

    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var noSignals = sigset_t()
    sigemptyset(&noSignals)
    var allSignals = sigset_t()
    sigfillset(&allSignals)
    posix_spawnattr_setsigmask(&attributes, &noSignals)
    posix_spawnattr_setsigdefault(&attributes, &allSignals)
    posix_spawnattr_setpgroup(&attributes, 0)
    // POSIX_SPAWN_SETSID is declared only with `_GNU_SOURCE`. A session's leader is its process group's too.
    let group = isTerminal ? 0x80 : POSIX_SPAWN_SETPGROUP
    posix_spawnattr_setflags(&attributes, Int16(group | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))

    var variables = ProcessInfo.processInfo.environment
    for (name, value) in changes { variables[name] = value }
    let result = withCStrings([executable] + arguments) { arguments in
        withCStrings(variables.map { "\($0.key)=\($0.value)" }) { environment in
            var pid: pid_t = 0
            let code = posix_spawn(&pid, executable, &actions, &attributes, arguments, environment)
            return (code: code, pid: pid)
        }
    }
    guard result.code == 0 else {
        throw TestFailure("Cannot start \(executable): \(describe(result.code))")
    }
    return result.pid
}

/// glibc's `posix_spawn_file_actions_addclosefrom_np`, which is only declared with `_GNU_SOURCE` and therefore not
/// visible to Swift.
private func closeAll(from first: Int32, _ actions: inout posix_spawn_file_actions_t) throws {
    typealias Function = @convention(c) (UnsafeMutablePointer<posix_spawn_file_actions_t>, Int32) -> Int32
    guard let symbol = dlsym(nil, "posix_spawn_file_actions_addclosefrom_np") else {
        throw TestFailure(
            "The C library has no posix_spawn_file_actions_addclosefrom_np: glibc 2.34 or newer is needed"
        )
    }
    let code = unsafeBitCast(symbol, to: Function.self)(&actions, first)
    guard code == 0 else { throw TestFailure("Cannot have files closed in a child: \(describe(code))") }
}

private func withCStrings<Result>(
    _ strings: [String],
    _ body: ([UnsafeMutablePointer<CChar>?]) -> Result
) -> Result {
    let copies: [UnsafeMutablePointer<CChar>?] = strings.map { strdup($0) } + [nil]
    defer { for copy in copies { free(copy) } }
    return body(copies)
}
