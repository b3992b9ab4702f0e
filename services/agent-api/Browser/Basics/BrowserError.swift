//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// What went wrong in the browser, said so that a person can act on it.
package struct BrowserError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kinds of failure. More may be added.
    package struct Code: Sendable, Hashable, CustomStringConvertible {
        enum Kind: String, Sendable {
            case browserNotFound
            case launchFailed
            case browserGone
            case pageCrashed
            case pageClosed
            case timedOut
            case navigationFailed
            case invalidAddress
            case elementNotFound
            case elementNotReady
            case protocolError
            case scriptFailed
            case fileNotAllowed
            case notSupported
        }

        let kind: Kind

        /// There is no browser to start; the message names the package to install.
        package static let browserNotFound = Code(kind: .browserNotFound)
        /// The browser was found but did not come up; the message ends with the tail of its standard error.
        package static let launchFailed = Code(kind: .launchFailed)
        /// The browser's process ended or its connection broke while it was in use.
        package static let browserGone = Code(kind: .browserGone)
        /// The page's renderer crashed.
        package static let pageCrashed = Code(kind: .pageCrashed)
        /// The page was closed, by us or by itself.
        package static let pageClosed = Code(kind: .pageClosed)
        /// A deadline passed; the message says what was being waited for.
        package static let timedOut = Code(kind: .timedOut)
        /// The page could not be loaded; ``BrowserError/netError`` holds Chromium's own name of the reason.
        package static let navigationFailed = Code(kind: .navigationFailed)
        /// The text is no address that a browser can open.
        package static let invalidAddress = Code(kind: .invalidAddress)
        /// Nothing on the page matches the description.
        package static let elementNotFound = Code(kind: .elementNotFound)
        /// The element is there but hidden, disabled, moving or covered, and stayed so.
        package static let elementNotReady = Code(kind: .elementNotReady)
        /// The browser refused a DevTools command or sent something that is not the protocol.
        package static let protocolError = Code(kind: .protocolError)
        /// A script that ran in the page threw, or had to be stopped.
        package static let scriptFailed = Code(kind: .scriptFailed)
        /// A file that may not be uploaded; the message says where those are that may.
        package static let fileNotAllowed = Code(kind: .fileNotAllowed)
        /// Something that this version does not do.
        package static let notSupported = Code(kind: .notSupported)

        /// The code's name.
        package var description: String { kind.rawValue }
    }

    /// What keeps an element from being acted on.
    package enum Obstacle: Sendable, Hashable {
        /// It is something else than what was chosen. Nothing was done.
        case changed
        /// Something lies on top of it.
        case covered(by: String)
        case hidden
        case disabled
        case readOnly
        case moving
        /// It does not take the value.
        case refusesValue
        /// It was acted on, but does not hold or show what it should.
        case notHeld
        /// It has no such option, but these.
        case noOption(among: [String])
        /// Several of its options are called so: these.
        case severalOptions([String])
    }

    /// The kind of failure.
    package var code: Code
    /// What keeps the element from being acted on, where that is known.
    package var obstacle: Obstacle?
    /// What went wrong and, where something can be done about it, what.
    package var message: String
    /// Chromium's name of a failed load, such as `net::ERR_CONNECTION_REFUSED`.
    package var netError: String?

    package init(_ code: Code, _ message: String, netError: String? = nil, obstacle: Obstacle? = nil) {
        self.obstacle = obstacle
        self.code = code
        self.message = message
        self.netError = netError
    }

    /// The message alone: it is written to be read.
    package var description: String { message }
}
