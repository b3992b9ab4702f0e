//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import Egress

/// How to start the browser.
package struct BrowserConfiguration: Sendable, Hashable {
    /// The browser's executable: a path, or a name to look for on `PATH`; `nil` takes the first of
    /// ``BrowserExecutable/names(headless:)`` that is there. (`BROWSER_PATH`)
    package var path: String?
    /// More command-line arguments for the browser, after our own. (`BROWSER_ARGS`, see ``splitArguments(_:)``)
    ///
    /// To have a host name lead to a server of one's own, as the demo and the tests do:
    /// `"--host-resolver-rules=MAP google.com 127.0.0.1:8080"`. Over `https` that server then answers with something
    /// that is not TLS (`net::ERR_SSL_PROTOCOL_ERROR`), upon which an address without a scheme is opened over `http`.
    package var extraArguments: [String]
    /// Whether the browser runs without a window. (`BROWSER_HEADLESS`)
    package var headless: Bool
    /// The address of a browser that runs elsewhere, see ``RemoteBrowserURL``; `nil` starts one here.
    /// (`BROWSER_CDP_URL`)
    package var cdpURL: String?
    /// How long the start may take.
    package var launchTimeout: Duration
    /// The directory whose files pages may be given; `nil` allows only what the same run has downloaded.
    /// (`UPLOAD_DIRECTORY`)
    package var uploadDirectory: String?
    /// What a run may download.
    package var downloadLimits = DownloadLimits()
    /// Where pages may connect to, in contexts that are not restricted further.
    package var egress = EgressPolicy.unrestricted
    /// The size of the page in CSS pixels.
    package var windowSize: (width: Int, height: Int) {
        get { (width, height) }
        set { (width, height) = newValue }
    }

    private var width = 1280
    private var height = 800

    /// Makes a configuration; the defaults start the Chromium found on `PATH` without a window.
    package init(
        path: String? = nil,
        extraArguments: [String] = [],
        headless: Bool = true,
        cdpURL: String? = nil,
        launchTimeout: Duration = .seconds(30),
        uploadDirectory: String? = nil
    ) {
        self.path = path
        self.extraArguments = extraArguments
        self.headless = headless
        self.cdpURL = cdpURL
        self.launchTimeout = launchTimeout
        self.uploadDirectory = uploadDirectory
    }

    /// Splits one line into arguments as a shell would: at spaces, except inside single or double quotes or after a
    /// backslash. So `"--host-resolver-rules=MAP google.com 127.0.0.1:8080" --lang=de` is two arguments.
    ///
    /// - Throws: ``BrowserError`` (`notSupported`) when a quote is not closed.
    package static func splitArguments(_ line: String) throws(BrowserError) -> [String] {
        var arguments: [String] = []
        var current: String?
        var quote: Character?
        var characters = line.makeIterator()
        while let character = characters.next() {
            if let open = quote, character == open {
                quote = nil
            } else if character == "\\", quote != "'" {
                current = (current ?? "") + (characters.next().map(String.init) ?? "\\")
            } else if quote != nil {
                current = (current ?? "") + String(character)
            } else if character == "\"" || character == "'" {
                quote = character
                current = current ?? ""
            } else if character.isWhitespace {
                if let argument = current { arguments.append(argument) }
                current = nil
            } else {
                current = (current ?? "") + String(character)
            }
        }
        if let quote {
            throw BrowserError(.notSupported, "a quote \(quote) is not closed in the browser's arguments: \(line)")
        }
        if let argument = current { arguments.append(argument) }
        return arguments
    }
}
