//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import ServiceKit

/// Whether pictures of the pages are taken, and how much they may take up.
package struct ScreenshotSettings: Sendable {
    /// `SCREENSHOTS`: whether there are any.
    package var isOn: Bool

    /// `SCREENSHOTS_MAX_MIB`: how much all pictures in Redis may take up together.
    package var maximumMebibytes: Int

    /// Reads and checks them.
    ///
    /// - Throws: `InvalidSetting`.
    package init(_ settings: inout Settings) throws(InvalidSetting) {
        isOn = try settings.flag("SCREENSHOTS", default: false)
        maximumMebibytes = try settings.integer("SCREENSHOTS_MAX_MIB", in: 1...1_048_576, default: 256)
    }
}
