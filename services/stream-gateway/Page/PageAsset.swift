//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// A file that the page consists of, embedded in the program.
package struct PageAsset: Sendable {
    /// Its name, without a folder: `run.js`.
    package let name: String

    package let bytes: [UInt8]

    /// All files. Browsers get the modules and style sheets without their comments, an eighth of what is loaded.
    static let all = Embedded.files.map { name, text in
        let hasComments = name.hasSuffix(".js") || name.hasSuffix(".css")
        return PageAsset(name: name, bytes: Array((hasComments ? withoutComments(text) : text).utf8))
    }

    /// A script or style sheet without the comments that have lines of their own.
    static func withoutComments(_ text: String) -> String {
        var isInComment = false
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).filter { line in
            let line = line.drop { $0 == " " }
            if line.hasPrefix("//") { return false }
            guard isInComment || line.hasPrefix("/*") else { return true }
            guard let end = line.firstRange(of: "*/") else {
                isInComment = true
                return false
            }
            isInComment = false
            return !line[end.upperBound...].allSatisfy { $0 == " " }
        }
        return lines.joined(separator: "\n")
    }

    /// What a browser is told that it is; `nil` for what is not served by itself.
    package var contentType: String? {
        switch name.split(separator: ".").last {
        case "css": "text/css; charset=utf-8"
        case "js": "text/javascript; charset=utf-8"
        case "svg": "image/svg+xml"
        default: nil
        }
    }
}
