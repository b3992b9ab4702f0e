//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Foundation

func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }

/// Whether a process is running, and not just waiting to be reaped by its parent.
func isAlive(_ processID: Int32) -> Bool {
    let state = state(of: processID)
    return state != nil && state != "Z" && state != "X"
}

/// The letter of a process's state in `proc(5)`, or nil if there is no such process.
func state(of processID: Int32) -> Character? {
    guard let data = FileManager.default.contents(atPath: "/proc/\(processID)/stat") else { return nil }
    // It is the first field after the name, which is in parentheses and may contain anything.
    return String(decoding: data, as: UTF8.self).split(separator: ")").last?.first { $0 != " " }
}
