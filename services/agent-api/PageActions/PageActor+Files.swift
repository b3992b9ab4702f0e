//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentEvents
import Browser

extension PageActor {
    func useFiles(_ action: PageAction, on page: Page) async throws -> ActionOutcome {
        switch action {
        case .upload(let files, let field): return try await upload(files, to: field, on: page)
        case .download(let seen): return try await download(seen, on: page)
        case .saveAsPDF(let name):
            let title = try await page.title().replacing("/", with: "-")
            let data = try await page.pdf(timeout: limits.page)
            let file = try context.saveFile(data, as: (name ?? (title.isEmpty ? "page" : title)).withEnding(".pdf"))
            return ActionOutcome(.saw("Saved the page as \(file)"), verified: [.saved(file)])
        case .writeFile(let name, let contents, let appends):
            let earlier = appends ? try context.readFile(name, isRequired: false) : []
            let file = try context.saveFile(earlier + Array(contents.utf8), as: name, replacing: true)
            return ActionOutcome(.saw("\(appends ? "Added to" : "Wrote") \(file)"), verified: [.saved(file)])
        case .replaceInFile(let name, let old, let new):
            let text = String(decoding: try context.readFile(name), as: UTF8.self)
            guard !old.isEmpty, text.contains(old) else {
                throw ActionFailure(.notSupported, "\(name) does not contain \"\(old.clipped(to: 100))\"")
            }
            let file = try context.saveFile(Array(text.replacing(old, with: new).utf8), as: name, replacing: true)
            return ActionOutcome(.saw("Changed \(file)"), verified: [.saved(file)])
        case .readFile(let name):
            let bytes = try context.readFile(name)
            guard let text = String(validating: bytes, as: UTF8.self) else {
                throw ActionFailure(.notSupported, "\(name) is no text that can be read")
            }
            return ActionOutcome(.saw("Read \(name) (\(bytes.count) bytes)"), content: text)
        default: throw ActionFailure(.notSupported, "\(action.name) is not about files")
        }
    }

    private func upload(_ files: [String], to field: Seen, on page: Page) async throws -> ActionOutcome {
        let paths = try page.uploadPaths(files)
        let names = files.map { $0.split(separator: "/").last.map(String.init) ?? $0 }
        if field.isFile {
            let label = try await page.upload(files: paths, to: field, timeout: limits.element)
            let performed: PerformedAction =
                wording == .model
                ? .putFile(files.joined(separator: ", "), into: label)
                : .uploaded(names.joined(separator: ", "), to: label)
            return ActionOutcome(performed, verified: [.hasFiles(names, field: label)])
        }
        let label = try await page.click(field, timeout: limits.element)
        try await page.chooseFiles(files, timeout: min(limits.element, .seconds(5)))
        return ActionOutcome(.uploadedByButton(names.joined(separator: ", "), button: label))
    }

    private func download(_ seen: Seen, on page: Page) async throws -> ActionOutcome {
        let before = context.downloads.count
        let label = try await page.click(seen, timeout: limits.element)
        // Nothing says how long it takes; whether it has begun is known soon.
        let downloads: [Download]
        do {
            downloads = try await context.waitForDownloads(count: before + 1, timeout: limits.page)
        } catch let error as BrowserError where error.code == .timedOut {
            throw ActionFailure(.notVerified, "clicked \"\(label)\", but no download has ended")
        }
        guard let last = downloads.last else {
            throw ActionFailure(.notVerified, "clicked \"\(label)\", but nothing was downloaded")
        }
        if case .failed(let reason) = last.state {
            throw ActionFailure(.notVerified, "the download of \(last.name) failed: \(reason)")
        }
        return ActionOutcome(
            .saw("The download of \(last.name) has ended"),
            verified: [.downloaded(last.name)],
            content: "\(last.name) (\(last.bytes) bytes)"
        )
    }
}

extension String {
    fileprivate func withEnding(_ ending: String) -> String {
        lowercased().hasSuffix(ending) ? self : self + ending
    }
}
