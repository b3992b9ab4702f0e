//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Foundation

func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }

/// Whether a process is there and not just waiting to be collected by its parent.
func isAlive(_ processID: Int32) -> Bool {
    guard let data = FileManager.default.contents(atPath: "/proc/\(processID)/stat") else { return false }
    // The state is the first field behind the name, which is in parentheses and may contain anything.
    let state = String(decoding: data, as: UTF8.self).split(separator: ")").last?.first { $0 != " " }
    return state != "Z" && state != "X"
}
