//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import JSON
import Loopback

/// A model that knows the to-do page by heart: it opens the page, writes one thing a step into the field and presses
/// Enter, and says that it is done. Any agent that shows pages as numbered lines and takes browser-use's actions can be
/// driven by it.
struct ToDoPolicy {
    /// How many steps write something.
    static let things = 12

    let site: String

    /// What is said to the `number`th question, counted from 0. `page` is the text that shows it.
    ///
    /// - Throws: `LoadError` when the page has no field to write into.
    func answer(_ number: Int, page: Substring) throws -> String {
        let actions: [JSONValue]
        switch number {
        case 0: actions = [["navigate": ["url": .string("\(site)/todo"), "new_tab": false]]]
        case 1...Self.things:
            let field = try self.field(in: page)
            actions = [
                ["input": ["index": .integer(Int64(field)), "text": .string("thing \(number)"), "clear": true]],
                ["send_keys": ["keys": "Enter"]],
            ]
        default: actions = [["done": ["text": "12 things are on the list", "success": true]]]
        }
        let answer: JSONValue = [
            "evaluation_previous_goal": "Success", "memory": .string("\(number) steps"),
            "next_goal": "Write the next thing",
            "action": .array(actions),
        ]
        return answer.text
    }

    /// The number of the only text field.
    private func field(in page: Substring) throws -> Int {
        for line in page.split(separator: "\n") where !line.contains("checkbox") {
            guard let end = line.firstRange(of: "]<input")?.lowerBound,
                let start = line[..<end].lastIndex(of: "["), let number = Int(line[line.index(after: start)..<end])
            else { continue }
            return number
        }
        throw LoadError("the agent shows its model no field to write into: \(page.suffix(2000))")
    }
}
