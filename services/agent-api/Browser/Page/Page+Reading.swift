//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import FoundationEssentials

/// What was found on a page: how much, and the first of it in words.
package struct PageFindings: Sendable, Hashable {
    package var count: Int
    package var lines: [String]
}

extension Page {
    /// The lines of the page's text that contain a text or match a regular expression, case ignored, in all frames.
    ///
    /// - Throws: ``BrowserError``: `notSupported` for what is no regular expression; that the page is gone;
    ///   `CancellationError`.
    package func searchText(
        _ text: String,
        isPattern: Bool,
        most: Int,
        timeout: Duration = .seconds(10)
    ) async throws -> PageFindings {
        let literal = DevToolsValue.string(text).text
        return try await find("look.searchText(\(literal), \(isPattern), \(most))", most: most, timeout: timeout)
    }

    /// What a CSS selector matches, with some of its attributes, in all frames.
    ///
    /// - Throws: as ``searchText(_:isPattern:most:timeout:)``.
    package func elements(
        matching selector: String,
        attributes: [String],
        most: Int,
        timeout: Duration = .seconds(10)
    ) async throws -> PageFindings {
        let literal = DevToolsValue.string(selector).text
        let names = DevToolsValue.array(attributes.map { .string($0) }).text
        return try await find("look.matching(\(literal), \(names), \(most))", most: most, timeout: timeout)
    }

    private func find(_ call: String, most: Int, timeout: Duration) async throws -> PageFindings {
        let deadline = Deadline.after(timeout)
        var findings = PageFindings(count: 0, lines: [])
        for frame in framesInOrder() {
            guard let world = state.current.frames[frame]?.world else { continue }
            do {
                let limit = frame == targetID ? deadline : deadline.capped(at: Self.frameLimit)
                let answer = try await evaluate(call, in: world, byValue: true, until: limit)["value"] ?? .null
                if let reason = answer["reason"]?.string { throw BrowserError(.notSupported, reason) }
                findings.count += answer["count"]?.integer ?? 0
                findings.lines += (answer["lines"]?.array ?? []).compactMap(\.string)
            } catch let error as BrowserError where frame != targetID && error.code != .notSupported {
                if let failure = state.current.failure { throw failure }
            }
        }
        findings.lines = Array(findings.lines.prefix(most))
        return findings
    }

    /// The page as a PDF.
    ///
    /// - Throws: ``BrowserError``: `timedOut`, `protocolError` where the browser cannot print; `CancellationError`.
    package func pdf(timeout: Duration = .seconds(30)) async throws -> [UInt8] {
        let params: DevToolsValue = ["printBackground": true, "preferCSSPageSize": true]
        let answer = try await call("Page.printToPDF", params, until: .after(timeout))
        guard let data = answer["data"]?.string.flatMap({ Data(base64Encoded: $0) }) else {
            throw BrowserError(.protocolError, "the browser did not print the page")
        }
        return [UInt8](data)
    }
}
