//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// Why the archive cannot do what it was asked for. Its description is for people.
package enum ArchiveError: Error, Hashable, CustomStringConvertible {
    /// It cannot be read or written at the moment: the disk is full, the file is locked, the server is gone. What was
    /// asked for has not happened, or may be asked for again.
    case unavailable(String)

    /// Another archiver has taken over. The caller must not write any more.
    case fenced

    /// The file is damaged or is no archive.
    case corrupt(String)

    /// A later version of the program has written it.
    case newer(version: Int, known: Int)

    package var description: String {
        switch self {
        case .unavailable(let reason): "the archive cannot be used now: \(reason)"
        case .fenced: "another process has become the archiver"
        case .corrupt(let reason): "the archive is damaged, or is none: \(reason)"
        case .newer(let version, let known):
            "the archive has the schema \(version) of a later version of this program, which knows schemas up to \(known)"
        }
    }
}
