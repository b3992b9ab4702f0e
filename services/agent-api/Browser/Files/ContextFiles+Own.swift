//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import FoundationEssentials

extension BrowserContext {
    /// The most files that a run may write, and the most bytes of one.
    private static let mostFiles = 100
    private static let largestFile = 10 << 20

    /// Saves a file in the context's own directory, beside its downloads. Pages may be given it.
    ///
    /// - Parameters:
    ///   - name: how it is to be called; what is no harmless name is made one.
    ///   - replaces: whether it takes the place of one of that name; otherwise it gets a name of its own.
    /// - Returns: its name.
    /// - Throws: ``BrowserError`` (`fileNotAllowed`) where there is no directory, or too much is in it.
    package func saveFile(_ bytes: [UInt8], as name: String, replacing replaces: Bool = false) throws -> String {
        let directory = try ownDirectory()
        let manager = FileManager.default
        guard bytes.count <= Self.largestFile else {
            throw BrowserError(
                .fileNotAllowed,
                "\(name) would have \(bytes.count) bytes; the most are \(Self.largestFile)"
            )
        }
        try? manager.createDirectory(atPath: directory, withIntermediateDirectories: true)
        let present = (try? manager.contentsOfDirectory(atPath: directory)) ?? []
        let cleaned = FileName.cleaned(name)
        guard present.contains(cleaned) || present.count < Self.mostFiles else {
            throw BrowserError(
                .fileNotAllowed,
                "there are \(Self.mostFiles) files already, the most that a run may have"
            )
        }
        let chosen = replaces ? cleaned : FileName.unused(cleaned) { present.contains($0) }
        do {
            try Data(bytes).write(to: URL(filePath: "\(directory)/\(chosen)"), options: .atomic)
        } catch {
            throw BrowserError(.fileNotAllowed, "\(chosen) cannot be written")
        }
        return chosen
    }

    /// Reads a file of the context's own directory, at most 10 MiB: a download, or one that was saved.
    ///
    /// - Parameter isRequired: whether it is an error that there is none; otherwise it is empty then.
    /// - Throws: ``BrowserError`` (`fileNotAllowed`) with the files that there are.
    package func readFile(_ name: String, isRequired: Bool = true) throws -> [UInt8] {
        let directory = try ownDirectory()
        let cleaned = FileName.cleaned(name)
        let path = "\(directory)/\(cleaned)"
        let attributes = try? FileManager.default.attributesOfItem(atPath: path)
        guard let attributes, attributes[.type] as? FileAttributeType == .typeRegular else {
            guard isRequired else { return [] }
            let present = ((try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []).sorted()
            let list = present.isEmpty ? "there are none" : "there are \(present.prefix(30).joined(separator: ", "))"
            throw BrowserError(.fileNotAllowed, "there is no file \(cleaned); \(list)")
        }
        guard let size = attributes[.size] as? UInt64 ?? (attributes[.size] as? Int).map(UInt64.init),
            size <= UInt64(Self.largestFile), let data = FileManager.default.contents(atPath: path)
        else {
            throw BrowserError(.fileNotAllowed, "\(cleaned) has more than \(Self.largestFile) bytes")
        }
        return [UInt8](data)
    }

    private func ownDirectory() throws -> String {
        guard let directory = files.directory else {
            throw BrowserError(.fileNotAllowed, "a browser on another machine has no directory for files")
        }
        return directory
    }
}
