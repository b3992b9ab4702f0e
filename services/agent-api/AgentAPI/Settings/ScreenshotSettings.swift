//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import ProgramSettings
package import ServiceKit

/// Whether screenshots are taken, and their maximum size.
package struct ScreenshotSettings: Sendable {
    /// `SCREENSHOTS`: whether screenshots are taken.
    package var isOn: Bool

    /// `SCREENSHOTS_MAX_MIB`: the maximum size of all screenshots in Redis together.
    package var maximumMebibytes: Int

    /// Reads and validates the settings.
    ///
    /// - Throws: `InvalidSetting`.
    package init(_ settings: inout Settings, _ declared: ScreenshotSettingGroup) throws(InvalidSetting) {
        isOn = try settings.read(declared.isOn)
        maximumMebibytes = try settings.read(declared.maximumMebibytes)
    }
}
