//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import JSON
import Loopback

/// A scripted model for the to-do page: it opens the page, types one thing per step and presses Enter, and then
/// finishes. It can drive any agent that shows pages as numbered lines and uses the actions of browser-use.
struct ToDoPolicy {
    /// The number of steps that type something.
    static let things = 12

    let site: String

    /// The answer to the `number`th question, counted from 0. `page` is the text that shows the page.
    ///
    /// - Throws: `LoadError` if the page has no text field.
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
