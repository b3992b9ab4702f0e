//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Foundation
import PackagePlugin

/// Embeds the scripts, style sheets and pages in a target's folder as constants of its module: `walk.js` is
/// `Embedded.walkJS`, and `Embedded.files` has all of them by name.
///
/// SwiftPM's `.embedInCode` embeds an array of bytes, which takes the compiler 12 seconds; the same text as a string
/// takes half a second.
@main
struct EmbedFiles: BuildToolPlugin {
    private static let extensions: Set = ["css", "html", "js", "lua", "svg"]

    func createBuildCommands(context: PluginContext, target: any Target) throws -> [Command] {
        guard let module = target as? any SourceModuleTarget else { return [] }
        let files = module.sourceFiles.map(\.url)
            .filter { Self.extensions.contains($0.pathExtension) }
            .sorted { $0.path < $1.path }
        let output = context.pluginWorkDirectoryURL.appending(path: "Embedded.swift")
        return [
            .buildCommand(
                displayName: "Embedding \(files.count) files in \(target.name)",
                executable: try context.tool(named: "embedded-file-writer").url,
                arguments: [output.path] + files.map(\.path),
                inputFiles: files,
                outputFiles: [output]
            )
        ]
    }
}
