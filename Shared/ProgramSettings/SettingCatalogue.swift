//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// A group of settings, each a stored property. A group may contain other groups.
package protocol SettingGroup: Sendable {}

/// All settings of a program.
package protocol SettingCatalogue: SettingGroup {
    init()
}

extension SettingGroup {
    /// The declarations, in the order of the properties.
    package var declarations: [SettingDeclaration] {
        Mirror(reflecting: self).children.flatMap { child -> [SettingDeclaration] in
            switch child.value {
            case let setting as any DeclaredSetting: [setting.declaration]
            case let settings as [any DeclaredSetting]: settings.map(\.declaration)
            case let group as any SettingGroup: group.declarations
            default: []
            }
        }
    }
}

/// A setting with any type of value.
private protocol DeclaredSetting {
    var declaration: SettingDeclaration { get }
}

extension Setting: DeclaredSetting {}
