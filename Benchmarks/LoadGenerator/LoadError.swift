//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Glibc

/// Why a measurement cannot be taken.
struct LoadError: Error, CustomStringConvertible {
    var description: String

    init(_ description: String) {
        self.description = description
    }

    /// A system call that failed, with what the system says about it.
    init(_ what: String, errno code: Int32) {
        self.description = "\(what): \(String(cString: strerror(code)))"
    }
}
