//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import Browser
package import Secrets

extension Page {
    /// A picture of the page, unless it shows a secret. What the page and its fields say is looked at before and after;
    /// fields for passwords show dots of their own.
    ///
    /// - Parameter marks: what is drawn into the picture.
    /// - Returns: `nil` when a secret is to be seen, or when it is not known what is to be seen.
    /// - Throws: `BrowserError` or `CancellationError`.
    package func screenshot(
        hiding secrets: RunSecrets,
        _ options: ScreenshotOptions = ScreenshotOptions(),
        marking marks: [ScreenshotMark] = []
    ) async throws -> [UInt8]? {
        guard !secrets.isEmpty else { return try await screenshot(options, marking: marks) }
        guard try await showsNone(of: secrets) else { return nil }
        let picture = try await screenshot(options, marking: marks)
        return try await showsNone(of: secrets) ? picture : nil
    }

    private func showsNone(of secrets: RunSecrets) async throws -> Bool {
        do {
            return try await !secrets.mask.hides(anythingIn: shownTexts())
        } catch let error as BrowserError where !hasCrashed && error.code != .pageClosed {
            return false
        }
    }
}
