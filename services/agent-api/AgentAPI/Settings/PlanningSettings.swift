//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import Agent
package import Models
import ServiceKit

/// Which model plans the runs, if any, and what it is given (protocol, section 5).
package struct PlanningSettings: Sendable {
    /// `OPENAI_…` or else `ANTHROPIC_…`: the model; `nil` where none is set up.
    package var model: ModelConfiguration?

    /// `MODEL_VISION`: whether the model is shown pictures of the page.
    package var sight: ModelAgentOptions.Sight

    /// Reads and checks them.
    ///
    /// - Throws: `InvalidSetting` for the first that makes no sense.
    init(_ settings: inout Settings) throws(InvalidSetting) {
        var values: [String: String] = [:]
        let providers: [(String, ModelConfiguration.Provider)] = [("OPENAI", .openAI), ("ANTHROPIC", .anthropic)]
        for (prefix, provider) in providers {
            let key = try settings.key("\(prefix)_API_KEY")
            values["\(prefix)_API_KEY"] = key
            let defaults = [("BASE_URL", provider.defaultBaseURL), ("MODEL", provider.defaultModel)]
            for (name, standard) in defaults {
                let variable = "\(prefix)_\(name)"
                // Without a key there is no model whose defaults would count.
                values[variable] = settings.optionalText(variable, otherwise: key == nil ? "(none)" : standard)
            }
        }
        do {
            self.model = try ModelSettings { values[$0] }.preferred
        } catch {
            throw InvalidSetting(variable: error.variable, value: error.value, allowed: error.allowed)
        }
        for prefix in ["OPENAI", "ANTHROPIC"] where self.model == nil && values["\(prefix)_MODEL"] != nil {
            settings.warn(
                "\(prefix)_MODEL is set, but neither \(prefix)_API_KEY nor \(prefix)_BASE_URL: no model plans runs"
            )
        }
        let seconds = try settings.integer("MODEL_TIMEOUT_SECONDS", in: RunLimits.timeoutSeconds, default: 120)
        self.model?.timeout = .seconds(seconds)
        sight =
            switch try settings.choice("MODEL_VISION", default: Vision.off) {
            case .off: .none
            case .request: .onRequest
            case .always: .always
            }
    }

    private enum Vision: String, CaseIterable {
        case off
        case request
        case always
    }
}

extension Settings {
    /// A key, from the variable itself or the file that the variable with `_FILE` at its end names.
    fileprivate mutating func key(_ variable: String) throws(InvalidSetting) -> String? {
        let key = optionalText(variable, isSecret: true)
        guard let stored = try firstLine(ofFile: "\(variable)_FILE") else { return key }
        guard key == nil else {
            throw InvalidSetting(
                variable: "\(variable)_FILE",
                value: nil,
                allowed: "\(variable) is set too; unset one of them"
            )
        }
        return stored
    }
}
