//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import FoundationEssentials

/// How a screenshot is taken.
package struct ScreenshotOptions: Sendable, Hashable {
    /// The quality of the JPEG, 1 to 100.
    package var quality: Int
    /// The largest width in pixels; a wider window is scaled down.
    package var maximumWidth: Int
    /// The largest size in bytes. A picture that is larger is taken again, coarser.
    package var maximumBytes: Int

    package init(quality: Int = 60, maximumWidth: Int = 1280, maximumBytes: Int = 400 << 10) {
        self.quality = quality
        self.maximumWidth = maximumWidth
        self.maximumBytes = maximumBytes
    }
}

/// A text that is drawn into a picture at the corner of a box.
package struct ScreenshotMark: Sendable, Hashable {
    package var text: String
    /// In CSS pixels of the window.
    package var box: Box

    package init(text: String, box: Box) {
        self.text = text
        self.box = box
    }
}

extension Page {
    /// Takes a picture of what the window shows, with marks on it. While it is taken the page has an element more, which takes
    /// no mouse and can be seen through.
    ///
    /// - Throws: as ``screenshot(_:timeout:)``.
    package func screenshot(
        _ options: ScreenshotOptions = ScreenshotOptions(),
        marking marks: [ScreenshotMark]
    ) async throws -> [UInt8] {
        guard !marks.isEmpty else { return try await screenshot(options) }
        let told = marks.prefix(300).map { mark -> DevToolsValue in
            [
                .string(mark.text), .number(mark.box.x), .number(mark.box.y), .number(mark.box.width),
                .number(mark.box.height),
            ]
        }
        _ = try await evaluate("look.showMarks(\(DevToolsValue.array(told).text))", until: .after(.seconds(5)))
        do {
            let picture = try await screenshot(options)
            _ = try await evaluate("look.hideMarks()", until: .after(.seconds(5)))
            return picture
        } catch {
            _ = try? await evaluate("look.hideMarks()", until: .after(.seconds(1)))
            throw error
        }
    }

    /// Takes a picture of what the window shows.
    ///
    /// - Returns: a JPEG of at most ``ScreenshotOptions/maximumBytes``.
    /// - Throws: ``BrowserError``: `timedOut` when the page does not paint, `notSupported` when even the coarsest picture
    ///   is too large, or that the page is gone; `CancellationError`.
    package func screenshot(
        _ options: ScreenshotOptions = ScreenshotOptions(),
        timeout: Duration = .seconds(5)
    ) async throws -> [UInt8] {
        let deadline = Deadline.after(timeout)
        let metrics = try await call("Page.getLayoutMetrics", until: deadline)
        let viewport = metrics["cssVisualViewport"] ?? [:]
        let width = viewport["clientWidth"]?.number ?? 0
        let scale = width > Double(options.maximumWidth) ? Double(options.maximumWidth) / width : 1
        var smallest = Int.max
        // Coarser, then smaller: most pages fit the first time.
        for (quality, factor) in [(options.quality, 1.0), (35, 1.0), (35, 0.5), (20, 0.25)] {
            var params: [String: DevToolsValue] = [
                "format": "jpeg", "quality": .integer(Int64(min(max(quality, 1), 100))), "optimizeForSpeed": true,
            ]
            if scale * factor < 1 {
                params["clip"] = [
                    "x": viewport["pageX"] ?? 0, "y": viewport["pageY"] ?? 0, "width": .number(width),
                    "height": viewport["clientHeight"] ?? 0, "scale": .number(scale * factor),
                ]
            }
            let answer = try await call("Page.captureScreenshot", .object(params), until: deadline)
            guard let data = answer["data"]?.string.flatMap({ Data(base64Encoded: $0) }) else {
                throw BrowserError(.protocolError, "the browser sent a screenshot that is none")
            }
            if data.count <= options.maximumBytes { return [UInt8](data) }
            smallest = min(smallest, data.count)
        }
        throw BrowserError(
            .notSupported,
            "a screenshot of \(url) takes \(smallest.formattedBytes), more than \(options.maximumBytes.formattedBytes)"
        )
    }
}
