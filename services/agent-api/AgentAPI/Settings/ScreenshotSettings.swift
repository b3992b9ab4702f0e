//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import ProgramSettings
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
    package init(_ settings: inout Settings, _ declared: ScreenshotSettingGroup) throws(InvalidSetting) {
        isOn = try settings.read(declared.isOn)
        maximumMebibytes = try settings.read(declared.maximumMebibytes)
    }
}
