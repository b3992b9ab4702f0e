//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

public import Agent
public import Models
import ServiceKit

/// Which model plans the runs, if any, and what it is given (protocol, section 5).
public struct PlanningSettings: Sendable {
    /// `OPENAI_…` or else `ANTHROPIC_…`: the model; `nil` where none is set up.
    public var model: ModelConfiguration?

    /// `MODEL_VISION`: whether the model is shown pictures of the page.
    public var sight: ModelAgentOptions.Sight

    /// Reads and checks them.
    ///
    /// - Throws: `InvalidSetting` for the first that makes no sense.
    init(_ settings: inout Settings) throws(InvalidSetting) {
        var values: [String: String] = [:]
        for prefix in ["OPENAI", "ANTHROPIC"] {
            values["\(prefix)_API_KEY"] = try settings.key("\(prefix)_API_KEY")
            for variable in ["\(prefix)_BASE_URL", "\(prefix)_MODEL"] {
                values[variable] = settings.optionalText(variable)
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
        self.sight =
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
        let key = self.optionalText(variable, isSecret: true)
        guard let stored = try self.firstLine(ofFile: "\(variable)_FILE") else { return key }
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
