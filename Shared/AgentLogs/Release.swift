//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package enum Release {
    /// The version, as `--version` prints it.
    package static let version = "0.1.0"
}
