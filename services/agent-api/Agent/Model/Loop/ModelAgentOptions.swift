//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import JSONSchema

/// How a ``ModelAgent`` works.
package struct ModelAgentOptions: Sendable, Hashable {
    /// Whether the model is shown pictures of the page.
    package enum Sight: Sendable, Hashable {
        /// Never: it may not be able to see.
        case none
        /// When it asks for one.
        case onRequest
        /// In every step.
        case always
    }

    /// The most steps.
    package var maximumSteps: Int
    /// After so many steps in a row that failed the model has one last chance to answer.
    package var maximumFailures: Int
    /// How many characters of a page the model sees at a time.
    package var pageLimit: Int
    /// How many characters of its history the model sees.
    package var historyLimit: Int
    /// Whether it sees pictures.
    package var sight: Sight
    /// What the result of a task that is done must satisfy; it is JSON then.
    package var output: JSONSchema?
    /// How long an element is waited for.
    package var elementTimeout: Duration
    /// How long a page may take to load.
    package var pageTimeout: Duration

    /// Whether the model may run scripts. One could read what was typed, and tell it in ways that nobody recognizes: there are
    /// none where there are secrets.
    var allowsScripts = true

    package init(
        maximumSteps: Int = 50,
        maximumFailures: Int = 3,
        pageLimit: Int = 40_000,
        historyLimit: Int = 16_000,
        sight: Sight = .none,
        output: JSONSchema? = nil,
        elementTimeout: Duration = .seconds(10),
        pageTimeout: Duration = .seconds(30)
    ) {
        self.maximumSteps = maximumSteps
        self.maximumFailures = maximumFailures
        self.pageLimit = pageLimit
        self.historyLimit = historyLimit
        self.sight = sight
        self.output = output
        self.elementTimeout = elementTimeout
        self.pageTimeout = pageTimeout
    }

    /// The actions that the model has.
    var actions: ActionSet {
        var names = Set(ActionDefinition.all.map(\.name))
        if sight == .none { names.remove("screenshot") }
        if !allowsScripts { names.remove("evaluate") }
        return ActionSet(names, output: output)
    }
}
