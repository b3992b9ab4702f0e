//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// What a token allows its holder to do (protocol, section 6).
package enum Permission: String, CaseIterable, Sendable, Hashable {
    /// See runs: records, pictures, states.
    case view
    /// Start runs.
    case run
    /// Cancel runs.
    case control
    /// See what concerns the service as a whole: metrics.
    case admin
}
