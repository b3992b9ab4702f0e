//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Glibc

/// SIGINT and SIGTERM end a measurement cleanly, so that no server is left running.
package enum Interruption {
    // Only written by the signal handler; reads of a flag cannot tear.
    nonisolated(unsafe) private static var signalNumber: Int32 = 0

    package static func install() {
        for number in [SIGINT, SIGTERM, SIGHUP] {
            signal(number) { Interruption.signalNumber = $0 }
        }
    }

    /// Whether the program was asked to end.
    package static var isWanted: Bool { signalNumber != 0 }

    /// - Throws: ``LoadError`` if the program was asked to end.
    package static func check() throws(LoadError) {
        if signalNumber != 0 { throw LoadError("interrupted by signal \(signalNumber)") }
    }
}
