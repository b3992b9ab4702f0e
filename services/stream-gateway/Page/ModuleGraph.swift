//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// Which modules import which, so that a document can name all that it needs and a browser fetches them at once.
struct ModuleGraph {
    private let imports: [String: [String]]

    init(_ assets: [PageAsset]) {
        imports = Dictionary(
            assets.filter { $0.name.hasSuffix(".js") }.map { ($0.name, Self.imports(of: $0.bytes)) },
            uniquingKeysWith: { first, _ in first }
        )
    }

    /// The module itself and all that it imports, directly or not, each once.
    func modules(neededBy module: String) -> [String] {
        var found = [module]
        var next = 0
        while next < found.count {
            for name in imports[found[next]] ?? [] where !found.contains(name) { found.append(name) }
            next += 1
        }
        return found
    }

    /// The names in `from "./name.js"`, which is how all modules of the page import.
    private static func imports(of source: [UInt8]) -> [String] {
        let parts = String(decoding: source, as: UTF8.self).split(separator: " from \"./")
        return parts.dropFirst().compactMap { part in
            part.firstIndex(of: "\"").map { String(part[..<$0]) }
        }
    }
}
