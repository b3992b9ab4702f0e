//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Dispatch
import Glibc
import Synchronization

/// How many cells a terminal has.
package struct ScreenSize: Hashable, Sendable {
    package var columns: Int
    package var rows: Int

    package init(columns: Int, rows: Int) {
        self.columns = columns
        self.rows = rows
    }
}

/// The terminal that the program talks to somebody on: its size, its keys, and the state that it is in.
package final class Terminal: Sendable {
    /// What the terminal is used for.
    enum Mode: Sendable {
        /// As the shell has left it: lines, which it edits and echoes.
        case lines

        /// Keys come one by one, and are not echoed. Ctrl-C is a signal.
        case keys

        /// A screen of our own, beside the shell's; all keys come, Ctrl-C too.
        case screen
    }

    private struct State {
        var mode = Mode.lines
        var original: termios?
        var isStopped = false
        var watchers: [Int: AsyncStream<Void>.Continuation] = [:]
        var lastWatcher = 0
    }

    private let input: Int32
    private let output: Int32
    private let state = Mutex(State())

    /// - Returns: `nil` unless both descriptors are of a terminal that can move its cursor.
    init?(input: Int32, output: Int32, environment: [String: String]) {
        guard isatty(input) == 1, isatty(output) == 1, environment["TERM"] != "dumb" else { return nil }
        self.input = input
        self.output = output
    }

    /// How large it is now; 80 by 24 where it does not say.
    var size: ScreenSize {
        var size = winsize()
        guard ioctl(output, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0, size.ws_row > 0 else {
            return ScreenSize(columns: 80, rows: 24)
        }
        return ScreenSize(columns: Int(size.ws_col), rows: Int(size.ws_row))
    }

    /// How many pixels it has; what 8 by 16 of them for each cell come to where it does not say.
    var pixels: (width: Int, height: Int) {
        var size = winsize()
        guard ioctl(output, UInt(TIOCGWINSZ), &size) == 0, size.ws_xpixel > 0, size.ws_ypixel > 0 else {
            return (self.size.columns * 8, self.size.rows * 16)
        }
        return (Int(size.ws_xpixel), Int(size.ws_ypixel))
    }

    /// Yields whenever what is shown must be drawn anew: the size is another, or the program was stopped meanwhile.
    func changes() -> AsyncStream<Void> {
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let number = state.withLock { state in
            state.lastWatcher += 1
            state.watchers[state.lastWatcher] = continuation
            return state.lastWatcher
        }
        continuation.onTermination = { [weak self] _ in self?.state.withLock { $0.watchers[number] = nil } }
        return stream
    }

    /// Whether the program has been stopped, and has not taken the terminal again: what it draws now would stand between
    /// the lines of the shell.
    var isStopped: Bool { state.withLock(\.isStopped) }

    // MARK: The state that it is in

    /// Uses the terminal in another way. It is put back when the process ends, however that happens.
    func enter(_ mode: Mode) {
        state.withLock { state in
            var settings = termios()
            guard state.mode != mode, state.original != nil || tcgetattr(input, &settings) == 0 else { return }
            let original = state.original ?? settings
            state.original = original
            let former = state.mode
            state.mode = mode
            if mode == .lines {
                leave(former, original)
                TerminalGuard.disarm()
            } else {
                TerminalGuard.arm(input, original, hasScreen: mode == .screen)
                apply(mode, original)
            }
        }
    }

    private func apply(_ mode: Mode, _ original: termios) {
        var settings = original
        settings.c_lflag &= ~tcflag_t(ICANON | ECHO)
        if mode == .screen {
            settings.c_lflag &= ~tcflag_t(ISIG | IEXTEN)
            settings.c_iflag &= ~tcflag_t(IXON | ICRNL)
        }
        tcsetattr(input, TCSANOW, &settings)
        if mode == .screen { send("\u{1b}[?1049h\u{1b}[?25l\u{1b}[H\u{1b}[2J") }
    }

    private func leave(_ mode: Mode, _ original: termios) {
        if mode == .screen { send(TerminalGuard.farewell) }
        var settings = original
        tcsetattr(input, TCSANOW, &settings)
    }

    private func send(_ text: StaticString) {
        _ = write(output, text.utf8Start, text.utf8CodeUnitCount)
    }

    // MARK: Signals

    func changed() {
        for watcher in state.withLock({ Array($0.watchers.values) }) { watcher.yield() }
    }

    /// The process is about to be stopped: the shell gets the terminal as it was.
    func stops() {
        state.withLock { state in
            state.isStopped = true
            if let original = state.original, state.mode != .lines { leave(state.mode, original) }
        }
    }

    func continued() {
        state.withLock { state in
            state.isStopped = false
            if let original = state.original, state.mode != .lines { apply(state.mode, original) }
        }
        changed()
    }

    /// Stops the program and all that the shell has started with it, as Ctrl-Z does.
    func stopGroup() { kill(0, SIGTSTP) }

    // MARK: Keys

    /// What is typed, as bytes, until the stream is let go of or the terminal is gone.
    func keys() throws -> AsyncStream<[UInt8]> {
        let bell = try Bell()
        let (stream, continuation) = AsyncStream.makeStream(of: [UInt8].self)
        continuation.onTermination = { _ in bell.ring() }
        DispatchQueue(label: "keys").async { [input] in
            var piece = [UInt8](repeating: 0, count: 1024)
            while bell.wait(for: POLLIN, on: input) {
                let count = read(input, &piece, piece.count)
                if count > 0 {
                    continuation.yield(Array(piece[..<count]))
                } else if count == 0 || errno != EINTR {
                    break
                }
            }
            continuation.finish()
        }
        return stream
    }
}
