//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// A TCP port of 127.0.0.1 that refuses connections for the lifetime of this object.
///
/// The port is bound without listening. So no other test's server can get it in the meantime, unlike a port that was
/// merely free a moment ago.
package final class RefusingPort: Sendable {
    private let port: ServerPort

    /// The port's number.
    package var number: Int { port.number }

    /// The URL, without a trailing slash.
    package var url: String { "http://127.0.0.1:\(number)" }

    /// Takes a free port.
    /// - Throws: A ``TestFailure`` if the system provides none.
    package init() throws { port = try ServerPort() }
}
