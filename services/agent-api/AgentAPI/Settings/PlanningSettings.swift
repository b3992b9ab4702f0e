//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import Agent
package import Models
import ProgramSettings
import ServiceKit

/// The planning model, if any, and what it is given (protocol, section 5).
package struct PlanningSettings: Sendable {
    /// `OPENAI_…`, otherwise `ANTHROPIC_…`: the model; `nil` if none is configured.
    package var model: ModelConfiguration?

    /// `MODEL_VISION`: when the model is shown screenshots.
    package var sight: ModelAgentOptions.Sight

    /// Reads and validates the settings.
    ///
    /// - Throws: `InvalidSetting` for the first value that is not allowed.
    init(_ settings: inout Settings, _ declared: ModelSettingGroup) throws(InvalidSetting) {
        var values: [String: String] = [:]
        for provider in [declared.openAI, declared.anthropic] {
            let key = try provider.readKey(from: &settings)
            values[provider.key.declaration.variable] = key
            for setting in [provider.baseURL, provider.model] {
                // Without a key there is no model whose defaults apply.
                values[setting.declaration.variable] = try settings.read(
                    setting,
                    otherwise: key == nil ? "(none)" : nil
                )
            }
        }
        do {
            model = try ModelSettings { values[$0] }.preferred
        } catch {
            throw InvalidSetting(variable: error.variable, value: error.value, reason: "must be \(error.allowed)")
        }
        for prefix in ["OPENAI", "ANTHROPIC"] where model == nil && values["\(prefix)_MODEL"] != nil {
            settings.warn(
                "\(prefix)_MODEL has no effect without \(prefix)_API_KEY or \(prefix)_BASE_URL: no model plans the runs"
            )
        }
        let timeout = try settings.read(declared.timeout)
        model?.timeout = .seconds(timeout)
        let contextTokens = try settings.read(declared.contextTokens)
        model?.contextLength = contextTokens
        sight =
            switch try settings.read(declared.vision) {
            case .off: .none
            case .request: .onRequest
            case .always: .always
            }
    }
}

extension ModelProviderSettings {
    /// The key, from the variable or from the file named by the variable with the suffix `_FILE`.
    fileprivate func readKey(from settings: inout Settings) throws(InvalidSetting) -> String? {
        let key = try settings.read(key)
        guard let stored = try settings.read(keyFile) else { return key }
        guard key == nil else {
            throw InvalidSetting(
                variable: keyFile.declaration.variable,
                reason: "\(self.key.declaration.variable) is set too; unset one of them"
            )
        }
        return stored.value
    }
}
