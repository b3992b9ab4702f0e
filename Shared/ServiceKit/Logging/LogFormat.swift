//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// The format of a service's own log.
package enum LogFormat: String, CaseIterable, Sendable {
    /// Lines for people.
    case text

    /// One JSON object per line, for machines.
    case json
}
