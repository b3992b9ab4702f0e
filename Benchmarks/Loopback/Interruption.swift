//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Glibc

/// SIGINT and SIGTERM end a measurement in an orderly way, so that no server stays behind.
package enum Interruption {
    // Written by the signal handler alone; a torn read of a flag cannot be.
    nonisolated(unsafe) private static var signalNumber: Int32 = 0

    package static func install() {
        for number in [SIGINT, SIGTERM, SIGHUP] {
            signal(number) { Interruption.signalNumber = $0 }
        }
    }

    /// Whether somebody wants the program to end.
    package static var isWanted: Bool { signalNumber != 0 }

    /// - Throws: ``LoadError`` when somebody wants the program to end.
    package static func check() throws(LoadError) {
        if signalNumber != 0 { throw LoadError("interrupted by signal \(signalNumber)") }
    }
}
