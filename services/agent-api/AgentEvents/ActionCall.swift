//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// An action with its parameters, as it is about to be carried out. What must not be shown is masked in it.
package struct ActionCall: Sendable, Hashable, CustomStringConvertible {
    /// A parameter. Without a name, the value speaks for itself.
    package struct Parameter: Sendable, Hashable {
        /// Its name; may be empty.
        package var name: String
        /// Its value, as it may be shown.
        package var value: String
    }

    /// The action's name, such as `navigate`.
    package var name: String
    /// Its parameters, in order.
    package var parameters: [Parameter]

    /// Makes a call. Parameters that are `nil` are left out.
    package init(_ name: String, _ parameters: (name: String, value: String)?...) {
        self.name = name
        self.parameters = parameters.compactMap { $0.map { Parameter(name: $0.name, value: $0.value) } }
    }

    /// Adds a parameter at the end.
    package mutating func add(_ name: String, _ value: String) {
        parameters.append(Parameter(name: name, value: value))
    }

    /// The call in the notation of the log: `navigate: url: http://a.test/, new_tab: true`.
    package var description: String {
        guard !parameters.isEmpty else { return name }
        let list = parameters.map { $0.name.isEmpty ? $0.value : "\($0.name): \($0.value)" }
        return "\(name): \(list.joined(separator: ", "))"
    }
}
