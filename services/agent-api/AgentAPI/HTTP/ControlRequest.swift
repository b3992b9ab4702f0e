//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import Browser
import HTTPTypes
import JSON
import ServiceKit
import Steering

/// The bodies of the routes for control of a run's browser (protocol, section 4).
enum ControlRequest {
    /// The most events of a request.
    static let maximumEvents = 100

    /// The most characters of a text.
    static let longestText = 2000

    /// The token in a body.
    ///
    /// - Throws: `Problem` 422.
    static func token(in body: JSONValue) throws -> String {
        guard let token = body["control_token"]?.string, (1...100).contains(token.utf8.count) else {
            throw invalid([.init(field: "control_token", message: "is required: what POST …/control has answered")])
        }
        return token
    }

    /// The events of a body, in order.
    ///
    /// - Throws: `Problem` 422 that names every event that is not valid.
    static func events(in body: JSONValue) throws -> [HumanInput] {
        guard let list = body["events"]?.array, list.count <= maximumEvents else {
            let rule = "must be a list of at most \(maximumEvents) events; an empty one keeps control"
            throw invalid([.init(field: "events", message: rule)])
        }
        var errors: [Problem.FieldError] = []
        var view: (width: Double, height: Double)?
        if let value = body["view"], value != .null {
            let size = value.array?.compactMap(\.number) ?? []
            if size.count == 2, size.allSatisfy({ (1...10_000).contains($0) }) {
                view = (size[0], size[1])
            } else {
                let rule = "must be the width and the height of the picture that the events refer to"
                errors.append(.init(field: "view", message: rule))
            }
        }
        var events: [HumanInput] = []
        for (index, value) in list.enumerated() {
            var reader = EventReader(value: value, path: "events[\(index)]")
            if let event = reader.event(in: view) { events.append(event) }
            errors += reader.errors
            if errors.count > 20 { break }
        }
        guard errors.isEmpty else { throw invalid(errors) }
        return events
    }

    private static func invalid(_ errors: [Problem.FieldError]) -> Problem {
        Problem(.unprocessableContent, "The request has invalid fields.", errors: errors)
    }
}

/// Reads one event, and collects what is wrong with it.
private struct EventReader {
    let value: JSONValue
    let path: String
    private(set) var errors: [Problem.FieldError] = []

    init(value: JSONValue, path: String) {
        self.value = value
        self.path = path
    }

    mutating func event(in view: (width: Double, height: Double)?) -> HumanInput? {
        guard let kind = value["type"]?.string.flatMap(HumanInput.Kind.init(rawValue:)) else {
            let names = HumanInput.Kind.allCases.map(\.rawValue).joined(separator: ", ")
            report("type", "must be one of \(names)")
            return nil
        }
        var event = HumanInput(kind)
        if kind.hasPlace {
            guard let view else {
                report("x", "takes view, the width and the height of the picture that it refers to")
                return nil
            }
            event.x = share("x", of: view.width)
            event.y = share("y", of: view.height)
        }
        switch kind {
        case .down, .up, .click:
            event.button = word("button", of: MouseButton.allCases.map(\.rawValue))
            if let count = value["count"], count != .null {
                event.count = count.integer.flatMap { (1...3).contains($0) ? $0 : nil }
                if event.count == nil { report("count", "must be 1, 2 or 3") }
            }
        case .wheel:
            event.deltaX = number("delta_x")
            event.deltaY = number("delta_y")
        case .key:
            event.key = value["key"]?.string
            if !(event.key.map(Page.knowsKey) ?? false) {
                report("key", "must be a character, or a key such as Enter, Tab, ArrowDown or F5")
            }
        case .text:
            event.text = value["text"]?.string
            if !(event.text.map { (1...ControlRequest.longestText).contains($0.count) } ?? false) {
                report("text", "must have 1 to \(ControlRequest.longestText) characters")
            }
        case .move: break
        }
        if let list = value["modifiers"], list != .null {
            let names = KeyModifier.allCases.map(\.rawValue)
            event.modifiers = list.array?.compactMap { $0.string.flatMap { names.contains($0) ? $0 : nil } }
            if event.modifiers == nil || event.modifiers?.count != list.array?.count {
                report("modifiers", "must be a list with some of \(names.joined(separator: ", "))")
            }
        }
        return errors.isEmpty ? event : nil
    }

    private mutating func share(_ name: String, of length: Double) -> Double? {
        guard let number = value[name]?.number, (0...length).contains(number) else {
            report(name, "must be a number from 0 to \(Int(length)), in the picture")
            return nil
        }
        return number / length
    }

    private mutating func number(_ name: String) -> Double {
        guard let value = value[name], value != .null else { return 0 }
        guard let number = value.number, (-10_000...10_000).contains(number) else {
            report(name, "must be a number from -10000 to 10000")
            return 0
        }
        return number
    }

    private mutating func word(_ name: String, of words: [String]) -> String? {
        guard let value = value[name], value != .null else { return nil }
        guard let word = value.string, words.contains(word) else {
            report(name, "must be one of \(words.joined(separator: ", "))")
            return nil
        }
        return word
    }

    private mutating func report(_ name: String, _ message: String) {
        errors.append(.init(field: "\(path).\(name)", message: message))
    }
}
