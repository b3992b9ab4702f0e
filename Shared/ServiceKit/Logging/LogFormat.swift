//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// How a service writes its own log.
package enum LogFormat: String, CaseIterable, Sendable {
    /// A line for people.
    case text

    /// An object a line, for machines.
    case json
}
