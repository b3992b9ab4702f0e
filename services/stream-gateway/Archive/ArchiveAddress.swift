//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import Postgres

/// Where the archive is: `ARCHIVE_URL`.
package enum ArchiveAddress: Hashable, Sendable, CustomStringConvertible {
    /// There is none.
    case none

    /// A file of SQLite.
    case sqlite(path: String)

    /// A database of PostgreSQL.
    case postgres(PostgresAddress)

    /// What is allowed.
    package static let rule =
        "sqlite:PATH, postgres://[user[:password]@]host[:port]/database[?options of libpq] or none"

    /// - Returns: `nil` for what is not allowed.
    package init?(_ text: String) {
        if text.lowercased() == "none" {
            self = .none
            return
        }
        if let address = PostgresAddress(text) {
            self = .postgres(address)
            return
        }
        let scheme = "sqlite:"
        guard text.lowercased().hasPrefix(scheme) else { return nil }
        var path = text.dropFirst(scheme.count)
        // As in sqlite:///var/lib/archive.sqlite, the form of other programs.
        if path.hasPrefix("///") { path = path.dropFirst(2) }
        guard !path.isEmpty, !path.hasPrefix("//"), !path.hasSuffix("/"), !path.contains("\0") else { return nil }
        self = .sqlite(path: String(path))
    }

    /// Without a password.
    package var description: String {
        switch self {
        case .postgres(let address): address.description
        case .none: "none"
        case .sqlite(let path): "sqlite:\(path)"
        }
    }
}
