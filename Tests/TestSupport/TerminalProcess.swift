//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Foundation
import Synchronization

#if canImport(Glibc)
import Glibc
#endif

/// A program on a real pseudo-terminal, which a test types on and whose screen it sees.
package final class TerminalProcess: Sendable {
    package let process: ChildProcess

    private let master: Int32
    private let state: Mutex<(screen: TerminalScreen, bytes: [UInt8])>

    /// The settings that the terminal had before the program began, and those that it has now.
    private let original: (input: tcflag_t, output: tcflag_t, local: tcflag_t)

    /// Starts a program.
    ///
    /// - Throws: A ``TestFailure`` when it cannot be started.
    package init(
        _ executable: String,
        _ arguments: [String] = [],
        environment: [String: String?] = [:],
        columns: Int = 80,
        rows: Int = 24
    ) throws {
        // posix_openpt and the like are declared only with `_XOPEN_SOURCE`; these are TIOCSPTLCK and TIOCGPTN.
        master = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
        var unlocked: Int32 = 0
        var number: UInt32 = 0
        guard master >= 0, ioctl(master, 0x4004_5431, &unlocked) == 0, ioctl(master, 0x8004_5430, &number) == 0 else {
            throw TestFailure("There is no pseudo-terminal: \(String(cString: strerror(errno)))")
        }
        let path = "/dev/pts/\(number)"
        state = Mutex((TerminalScreen(columns: columns, rows: rows), []))
        var size = winsize(ws_row: UInt16(rows), ws_col: UInt16(columns), ws_xpixel: 0, ws_ypixel: 0)
        _ = ioctl(master, UInt(TIOCSWINSZ), &size)
        original = Self.flags(of: master)
        var variables: [String: String?] = [
            "TERM": "xterm-256color", "LANG": "C.UTF-8", "LC_ALL": nil, "NO_COLOR": nil,
        ]
        for (variable, value) in environment { variables.updateValue(value, forKey: variable) }
        process = try ChildProcess(
            executable,
            arguments,
            environment: variables,
            outputPath: path,
            isTerminal: true
        )
        let descriptor = master
        Thread.detachNewThread { [weak self] in
            var piece = [UInt8](repeating: 0, count: 65536)
            while true {
                let count = read(descriptor, &piece, piece.count)
                // An error: the last process that had the terminal is gone, or has not opened it so far.
                guard count > 0 else {
                    guard let self, self.process.isRunning else { return }
                    usleep(5000)
                    continue
                }
                guard let self else { return }
                self.state.withLock { state in
                    state.bytes += piece[..<count]
                    state.screen.feed(piece[..<count])
                }
            }
        }
    }

    deinit { close(master) }

    /// What the terminal shows now.
    package var screen: TerminalScreen { state.withLock(\.screen) }

    /// All that it was sent.
    package var bytes: [UInt8] { state.withLock(\.bytes) }

    /// Types something.
    package func type(_ text: String) {
        let bytes = Array(text.utf8)
        _ = write(master, bytes, bytes.count)
    }

    /// Gives the terminal another size.
    package func resize(columns: Int, rows: Int) {
        state.withLock { $0.screen.resize(columns: columns, rows: rows) }
        var size = winsize(ws_row: UInt16(rows), ws_col: UInt16(columns), ws_xpixel: 0, ws_ypixel: 0)
        _ = ioctl(master, UInt(TIOCSWINSZ), &size)
    }

    /// Whether the terminal edits and echoes lines as before the program began, and shows the usual screen.
    package var isRestored: Bool {
        let screen = screen
        return Self.flags(of: master) == original && !screen.isAlternate && screen.isCursorShown
    }

    /// Waits until the screen shows something.
    package func waits(
        for what: String,
        timeout: Duration = .seconds(60),
        _ condition: @Sendable (TerminalScreen) -> Bool
    ) async throws {
        do {
            try await eventually(timeout: timeout, what) { condition(self.screen) }
        } catch let failure as TestFailure {
            throw TestFailure("\(failure.description); the screen shows:\n\(screen.text)")
        }
    }

    /// Waits until a row of the screen has a text.
    package func waits(forText text: String) async throws {
        try await waits(for: "\"\(text)\"") { $0.text.contains(text) }
    }

    private static func flags(of descriptor: Int32) -> (input: tcflag_t, output: tcflag_t, local: tcflag_t) {
        var settings = termios()
        tcgetattr(descriptor, &settings)
        return (settings.c_iflag, settings.c_oflag, settings.c_lflag)
    }
}
