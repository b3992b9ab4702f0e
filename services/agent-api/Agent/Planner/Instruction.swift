//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

public import Browser

/// One step of a task.
public struct Instruction: Sendable, Hashable {
    /// What is to be done.
    public enum Action: Sendable, Hashable {
        /// Open an address.
        case navigate(String)
        /// Search on the page that is open.
        case search(String)
        /// Click an element.
        case click(Locator)
        /// Type a text into a field.
        case fill(Locator, text: String)
        /// Press a key.
        case press(String)
        /// Check or uncheck a box.
        case setChecked(Locator, Bool)
        /// Choose an option of a list; without a name the only list on the page.
        case select(option: String, list: Locator)
        /// Wait until the page shows a text.
        case waitForText(String)
        /// Make sure that the page shows a text.
        case expectText(String)
        /// Wait for some time.
        case pause(Duration)
        /// Scroll.
        case scroll(ScrollDirection)
        /// Go back (-1) or forward (1) in the history.
        case history(Int)
        /// Load the page again.
        case reload
        /// Read something from the page.
        case read(Reading)
    }

    /// What is to be read.
    public enum Reading: Sendable, Hashable {
        /// The page's title.
        case title
        /// The page's address.
        case address
        /// The text of the whole page.
        case page
        /// The first search result.
        case firstResult
        /// The main heading.
        case heading
        /// The text of an element.
        case element(Locator)
    }

    /// The words of the task that say it.
    public var source: String
    /// What is to be done.
    public var action: Action

    /// Makes a step.
    public init(source: String, action: Action) {
        self.source = source
        self.action = action
    }
}

extension Instruction {
    /// The step's title in the log: what follows `📍 Step 1: `.
    public var title: String {
        switch action {
        case .navigate(let address): "Navigate to \(address)"
        case .search(let text): "Search for \(text)"
        case .click(let target): "Click \(target.spoken)"
        case .fill(let field, let text): "Type \(field.isSecret ? "••••" : "\"\(text)\"") into \(field.spoken)"
        case .press(let key): "Press \(key)"
        case .setChecked(let box, let isOn): "\(isOn ? "Check" : "Uncheck") \(box.spoken)"
        case .select(let option, let list): "Select \"\(option)\" in \(list.spoken)"
        case .waitForText(let text): "Wait for \(text)"
        case .expectText(let text): "Make sure that the page shows \(text)"
        case .pause(let time): "Wait \(time.spoken)"
        case .scroll(let direction): "Scroll \(direction.spoken)"
        case .history(let offset): offset < 0 ? "Go back" : "Go forward"
        case .reload: "Reload the page"
        case .read(let reading): "Read \(reading.spoken)"
        }
    }

    /// The action's name and parameters in the notation of the log: what follows `▶️ `.
    public var call: String {
        switch action {
        case .navigate(let address): "navigate: url: \((try? Address(address))?.candidates.first ?? address)"
        case .search(let text): "search: query: \(text)"
        case .click(let target): "click: element: \(target.spoken)"
        case .fill(let field, let text): "input: element: \(field.spoken), text: \(field.isSecret ? "••••" : text)"
        case .press(let key): "send_keys: keys: \(key)"
        case .setChecked(let box, let isOn): "\(isOn ? "check" : "uncheck"): element: \(box.spoken)"
        case .select(let option, let list): "select_dropdown: element: \(list.spoken), text: \(option)"
        case .waitForText(let text), .expectText(let text): "find_text: text: \(text)"
        case .pause(let time): "wait: seconds: \(time.spoken.dropLast(2))"
        case .scroll(let direction): "scroll: \(direction.rawValue)"
        case .history(let offset): offset < 0 ? "go_back" : "go_forward"
        case .reload: "reload"
        case .read(let reading): "extract: query: \(reading.spoken)"
        }
    }

    /// The action's name alone.
    public var name: String { String(call.prefix { $0 != ":" }) }
}

extension Instruction.Reading {
    var spoken: String {
        switch self {
        case .title: "the title"
        case .address: "the address"
        case .page: "the page"
        case .firstResult: "the first result"
        case .heading: "the heading"
        case .element(let target): target.spoken
        }
    }
}

extension Locator {
    /// The element as a person would say it.
    var spoken: String {
        guard name.isEmpty else { return name }
        let ordinal =
            switch index {
            case nil: "the "
            case -1: "the last "
            case let index?:
                ["the first ", "the second ", "the third "].dropFirst(index).first ?? "number \(index + 1) of "
            }
        return ordinal + (role?.rawValue ?? (purpose == .fill ? "field" : purpose == .select ? "list" : "element"))
    }

    /// Whether what is typed there is better not shown.
    var isSecret: Bool {
        let words = ["password", "passcode", "passphrase", "secret", "pin"]
        return name.lowercased().split { !$0.isLetter }.contains { words.contains(String($0)) }
    }
}

extension ScrollDirection {
    var spoken: String { self == .top || self == .bottom ? "to the \(rawValue)" : rawValue }
}

extension Duration {
    /// `2 s`, `0.5 s`
    var spoken: String {
        let milliseconds = components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000
        return milliseconds % 1000 == 0 ? "\(milliseconds / 1000) s" : "\(Double(milliseconds) / 1000) s"
    }
}
