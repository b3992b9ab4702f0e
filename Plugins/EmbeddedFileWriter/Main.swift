//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

#if canImport(FoundationEssentials)
import FoundationEssentials
import Glibc
#else
import Foundation
#endif

/// Writes the Swift file named by its first argument, with a constant for the text of each further file.
@main
struct Main {
    static func main() {
        do {
            try write(CommandLine.arguments.dropFirst())
        } catch {
            // SwiftPM shows the message with the failed command.
            print(error)
            exit(1)
        }
    }

    private static func write(_ arguments: ArraySlice<String>) throws {
        guard let output = arguments.first else { throw Failure("usage: embedded-file-writer <output> <file>…") }
        var paths: [String: String] = [:]
        var declarations = ""
        // An empty dictionary literal needs the colon.
        var entries = arguments.count > 1 ? "" : "        :\n"
        for path in arguments.dropFirst() {
            let name = try constantName(of: path)
            if let other = paths.updateValue(path, forKey: name) {
                throw Failure("\(path): error: Embedded.\(name) is already \(other); rename one of them")
            }
            declarations += "    static let \(name) = \(try literal(of: path))\n"
            entries += "        \"\(path.split(separator: "/").last ?? "")\": \(name),\n"
        }
        declarations +=
            "\n    static var files: KeyValuePairs<String, String> {\n        [\n\(entries)        ]\n    }\n"
        let text = "/// The texts of this module's files that are not Swift.\nenum Embedded {\n\(declarations)}\n"
        try text.write(toFile: output, atomically: true, encoding: .utf8)
    }

    /// `listening-elements.js` is `listeningElementsJS`.
    private static func constantName(of path: String) throws -> String {
        let file = path.split(separator: "/").last ?? ""
        let parts = file.split(separator: ".")
        guard parts.count == 2, file.utf8.allSatisfy({ isLowerCase($0) || "0123456789.-".utf8.contains($0) }),
            parts[0].utf8.first.map(isLowerCase) == true
        else {
            throw Failure("\(path): error: the name must be lower-case letters, digits and hyphens, such as walk-up.js")
        }
        let words = parts[0].split(separator: "-")
        let suffix = parts[1] == "lua" ? "Lua" : parts[1].uppercased()
        return words[0] + words.dropFirst().map(\.capitalized).joined() + suffix
    }

    private static func isLowerCase(_ byte: UInt8) -> Bool { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) }

    /// A string literal with enough number signs that the text cannot end or escape it.
    private static func literal(of path: String) throws -> String {
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
            throw Failure("\(path): error: the file cannot be read as UTF-8")
        }
        if text.utf8.contains(UInt8(ascii: "\r")) {
            throw Failure("\(path): error: lines must end with a line feed only")
        }
        var signs = "#"
        while text.contains("\"\"\"" + signs) || text.contains("\\" + signs) { signs += "#" }
        return "\(signs)\"\"\"\n\(text)\n\"\"\"\(signs)"
    }

    private struct Failure: Error, CustomStringConvertible {
        let description: String
        init(_ description: String) { self.description = description }
    }
}
