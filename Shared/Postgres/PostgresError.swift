//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// Why a database did not do what it was asked for. Its description names the server, the database and the cause, and
/// never a password.
package struct PostgresError: Error, Hashable, CustomStringConvertible {
    package enum Kind: Hashable, Sendable {
        /// There is no connection: it could not be made, or was lost. Whether a transaction was committed at that moment
        /// is not known.
        case unreachable

        /// The server has not answered in time. The same is not known.
        case late

        /// The server refuses a statement, with this code of five characters (SQLSTATE).
        case refused(code: String)

        /// The task was cancelled.
        case cancelled
    }

    package let kind: Kind
    package let description: String

    init(_ kind: Kind, _ address: PostgresAddress, _ cause: String) {
        self.kind = kind
        description = "\(address): \(address.redacted(cause))"
    }
}
