//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import ArgumentParser

/// A part of what happens that can be left out, to look at the rest.
enum Variety: String, CaseIterable, ExpressibleByArgument {
    /// Publishers that are not ours.
    case foreign
    /// Numbers that make no sense, and ids that are no entry's.
    case absurd
    /// `XTRIM` and `XDEL`.
    case trims
    /// Streams that are deleted and begin anew, and ids that are not Redis's own.
    case deletions
    /// Streams that begin anew with the ids that they had.
    case reuse
    /// Viewers that do not read for long.
    case stalls
    /// Viewers that begin elsewhere than at the start.
    case starts
    /// Viewers that want a level and above.
    case levels
    case batches
    /// Records after the end.
    case late
    /// Many records at once.
    case bursts
    /// Everything that breaks a process or a connection.
    case faults
}
