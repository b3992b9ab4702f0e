//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// Describes an element as a person would.
public struct Locator: Sendable, Hashable, CustomStringConvertible {
    /// What is to be done with the element, which says what it can be.
    public enum Purpose: String, Sendable, Hashable {
        /// Anything that can be clicked.
        case click
        /// A field to type into.
        case fill
        /// A checkbox, radio button or switch.
        case check
        /// A list to choose from.
        case select
        /// The page's search field.
        case search
        /// Any element, for its text.
        case read
    }

    /// What kind of element it was called.
    public enum Role: String, Sendable, Hashable {
        /// A push button.
        case button
        /// A link.
        case link
        /// A tab of the page.
        case tab
        /// A checkbox.
        case checkbox
        /// A radio button.
        case radio
        /// A text field.
        case field
        /// A picture.
        case image
        /// An option.
        case option
        /// A link in the page's content, such as a search result.
        case result
        /// An item of a list.
        case item
    }

    /// What is to be done with it.
    public var purpose: Purpose
    /// Its label, text, placeholder, title or name; case and spaces do not count. Empty where only the kind or the
    /// place is known.
    public var name: String
    /// What kind of element it was called, if any.
    public var role: Role?
    /// Which of several: from 0, or from -1 backwards.
    public var index: Int?

    /// Describes an element.
    public init(_ purpose: Purpose, _ name: String = "", role: Role? = nil, index: Int? = nil) {
        self.purpose = purpose
        self.name = name
        self.role = role
        self.index = index
    }

    /// For messages.
    public var description: String {
        let kind: String =
            switch purpose {
            case .search: "search field"
            case .fill: "field"
            case .check: "checkbox"
            case .select: "list"
            case .read: "element"
            case .click: role?.rawValue ?? "button, link or other element"
            }
        return name.isEmpty ? kind : "\(kind) \"\(name)\""
    }

    var query: DevToolsValue {
        var query: [String: DevToolsValue] = ["kind": .string(purpose.rawValue), "name": .string(name)]
        if let role { query["role"] = .string(role.rawValue) }
        if let index { query["index"] = .number(Double(index)) }
        return .object(query)
    }
}

/// An element that was found, as long as its document lives.
struct FoundElement: Sendable {
    var frame: String
    var world: PageState.World
    var token: Int
    var score: Double
    /// What it is called, for messages.
    var label: String
    /// Whether it is a field for a password.
    var isSecret: Bool
}

extension Page {
    /// Finds the likeliest element in all frames, now.
    func find(_ locator: Locator, until deadline: Deadline) async throws -> FoundElement? {
        var best: FoundElement?
        for (position, frame) in framesInOrder().enumerated() {
            // A frame that is still on its way has nothing to find yet.
            guard let world = state.current.frames[frame]?.world else { continue }
            let script = "stepcast.find(\(String(decoding: locator.query.encoded, as: UTF8.self)))"
            let answer: DevToolsValue
            do {
                answer = try await evaluate(script, in: world, byValue: true, until: deadline)["value"] ?? .null
            } catch let error as BrowserError
                where error.meansDocumentIsGone || (position > 0 && error.code == .pageClosed)
            {
                if let failure = state.current.failure { throw failure }
                continue
            }
            guard let token = answer["token"]?.int, let score = answer["score"]?.double else { continue }
            // Of two that are alike the one in the outer frame is meant.
            if score > (best?.score ?? 0) {
                let label = answer["label"]?.string ?? locator.name
                best = FoundElement(
                    frame: frame,
                    world: world,
                    token: token,
                    score: score,
                    label: label,
                    isSecret: answer["secret"]?.bool ?? false
                )
            }
        }
        return best
    }

    /// Tries until it succeeds: pages are built and rebuilt while we look. `attempt` returns `nil` and says why to be
    /// tried again.
    ///
    /// - Throws: the last reason, when the deadline passes.
    func retrying<Value: Sendable>(
        until deadline: Deadline,
        _ attempt: (_ refuse: (BrowserError) -> Void) async throws -> Value?
    ) async throws -> Value {
        var reason = BrowserError(.timedOut, "the page did not answer in time")
        var pause = Duration.milliseconds(20)
        while true {
            do {
                if let value = try await attempt({ reason = $0 }) { return value }
            } catch let error as BrowserError where error.meansDocumentIsGone {
                reason = BrowserError(.elementNotFound, "the page changed while it was being looked at")
            } catch let error as BrowserError where error.code == .timedOut {
                // The reason found so far tells more than that there was no time for another look.
                if !deadline.hasPassed { throw error }
            }
            if let failure = state.current.failure { throw failure }
            if deadline.hasPassed { throw reason }
            // Nothing tells when an element becomes visible or uncovered; looking again after a pause is what there is.
            try await Task.sleep(for: min(pause, max(deadline.remaining, .milliseconds(1))))
            pause = min(pause * 2, .milliseconds(200))
        }
    }
}
