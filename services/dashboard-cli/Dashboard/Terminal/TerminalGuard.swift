//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Glibc
import Synchronization

/// Puts the terminal back into its old state, whatever ends the process but SIGKILL. What is here may run in a signal
/// handler: it takes no lock and allocates nothing.
enum TerminalGuard {
    private static let descriptor = Atomic<Int32>(-1)
    /// Where the old settings are; a number, since a pointer is not `Sendable`.
    private static let address = Atomic<UInt>(0)

    private static var settings: UnsafeMutablePointer<termios>? {
        UnsafeMutablePointer(bitPattern: address.load(ordering: .acquiring))
    }

    private static let hasScreen = Atomic(false)

    /// Ends colours, shows the cursor, leaves the alternate screen.
    static let farewell: StaticString = "\u{1b}[0m\u{1b}[?25h\u{1b}[?1049l"

    /// From now on until ``disarm()``, the terminal behind a descriptor is put back when the process is ended by a signal.
    ///
    /// - Parameter hasScreen: Whether the alternate screen is shown, which is to be left then.
    static func arm(_ descriptor: Int32, _ settings: termios, hasScreen: Bool) {
        self.hasScreen.store(hasScreen, ordering: .relaxed)
        if let former = Self.settings {
            former.pointee = settings
        } else {
            // Never freed: a handler may use it at any time.
            let copy = UnsafeMutablePointer<termios>.allocate(capacity: 1)
            copy.initialize(to: settings)
            address.store(UInt(bitPattern: copy), ordering: .releasing)
            handleSignals()
        }
        self.descriptor.store(descriptor, ordering: .releasing)
    }

    static func disarm() { descriptor.store(-1, ordering: .releasing) }

    /// Puts the terminal back, once.
    static func restore() {
        let descriptor = descriptor.exchange(-1, ordering: .acquiringAndReleasing)
        guard descriptor >= 0, let settings else { return }
        if hasScreen.load(ordering: .relaxed) {
            _ = write(descriptor, farewell.utf8Start, farewell.utf8CodeUnitCount)
        }
        _ = tcsetattr(descriptor, TCSANOW, settings)
    }

    private static func handleSignals() {
        for number in [SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT, SIGTRAP, SIGHUP, SIGQUIT] {
            var action = sigaction()
            // What was ignored when the program was started, as SIGHUP is by nohup, stays so.
            sigaction(number, nil, &action)
            guard unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self) != 1 else { continue }
            action = sigaction()
            action.__sigaction_handler.sa_handler = { number in
                TerminalGuard.restore()
                // The default action comes when this returns, or with the instruction that is repeated then.
                raise(number)
            }
            action.sa_flags = Int32(bitPattern: UInt32(SA_RESETHAND))
            sigaction(number, &action, nil)
        }
    }
}
