//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// A TCP port of 127.0.0.1 at which connections are refused, for as long as this is kept.
///
/// The port is bound but nobody listens on it. So no other test's server can get it meanwhile, as it could a port that
/// was merely free a moment ago.
package final class RefusingPort: Sendable {
    private let port: ServerPort

    /// The port's number.
    package var number: Int { port.number }

    /// Without a slash at the end.
    package var url: String { "http://127.0.0.1:\(number)" }

    /// Takes a port that is free.
    /// - Throws: A ``TestFailure`` when the system gives none.
    package init() throws { port = try ServerPort() }
}
