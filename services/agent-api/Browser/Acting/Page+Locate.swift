//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Synchronization

/// An element of a snapshot, found again.
struct LocatedElement: Sendable {
    var reference: ElementReference
    var frame: String
    var key: ElementRegistry.Key
    /// What it is called, for messages.
    var label: String
    /// What it must still be when it is acted on.
    var meaning: ElementMeaning?

    /// The meaning for our script.
    var wanted: String { meaning?.literal ?? "null" }
}

extension Page {
    /// Finds an element of a snapshot again.
    ///
    /// - Throws: `elementNotFound` when its document is gone, or it was in no snapshot of this page, or it is something else
    ///   than what it was.
    func locate(_ target: some ElementTarget, until deadline: Deadline) async throws -> LocatedElement {
        let reference = target.reference
        let what = target.meaning.flatMap { $0.name.isEmpty ? nil : "\"\($0.name)\"" } ?? "the element"
        if let failure = state.current.failure { throw failure }
        let worlds = Set(state.current.frames.values.compactMap(\.world))
        guard let place = elements.withLock({ $0.place(of: reference) }), worlds.contains(place.key.world) else {
            throw Self.gone(what)
        }
        var element = LocatedElement(reference: reference, frame: place.frame, key: place.key, label: "")
        element.meaning = target.meaning
        let answer = try await look("label(\(place.key.number), \(element.wanted))", at: element, until: deadline)
        element.label = answer["label"]?.string ?? ""
        if element.label.isEmpty { throw Self.gone(what) }
        if let other = answer["changed"]?.string { throw Self.changed(element, other) }
        return element
    }

    /// That an element is not what was chosen.
    static func changed(_ element: LocatedElement, _ other: String) -> BrowserError {
        let name = element.meaning?.name ?? element.label
        return BrowserError(
            .elementNotReady,
            "\"\(name)\" \(other); nothing was done; look at the page again",
            obstacle: .changed
        )
    }

    static func gone(_ what: String) -> BrowserError {
        BrowserError(.elementNotFound, "\(what) is no longer on the page; look at the page again")
    }

    /// Calls a function of our script in an element's document.
    func look(_ call: String, at element: LocatedElement, until deadline: Deadline) async throws -> DevToolsValue {
        do {
            let answer = try await evaluate("look.\(call)", in: element.key.world, byValue: true, until: deadline)
            return answer["value"] ?? .null
        } catch let error as BrowserError where error.meansDocumentIsGone {
            if let failure = state.current.failure { throw failure }
            throw Self.gone(element.label.isEmpty ? "the element" : "\"\(element.label)\"")
        }
    }

    /// Waits until an element can be acted on: visible, enabled, still, scrolled into view, and on top at the point
    /// that is returned, in the page's window.
    ///
    /// - Parameters:
    ///   - wants: `click`, `edit` for fields that must not be read-only, or `point` for what need not be enabled.
    ///   - place: a place in the element, from 0 to 1 of its width and height; without one it is wherever the mouse reaches it.
    /// - Throws: `elementNotFound` at once when it is gone for good or something else by now; `elementNotReady` with the last
    ///   reason.
    func waitUntilReady(
        _ element: LocatedElement,
        wants: String = "click",
        at place: (x: Double, y: Double)? = nil,
        until deadline: Deadline
    ) async throws
        -> PagePoint
    {
        try await retrying(until: deadline) { refuse in
            let number = element.key.number
            let spot = place.map { "[\($0.x), \($0.y)]" } ?? "null"
            let call = "ready(\(number), '\(wants)', \(element.wanted), \(spot))"
            let answer = try await look(call, at: element, until: deadline)
            guard let point = try self.point(answer, of: element, refuse) else { return nil }
            var scale = 1.0
            var window = answer["window"]
            let inWindow = try await pointInWindow(point, of: element, until: deadline, refuse) { outer in
                scale *= outer["scale"]?.number ?? 1
                window = outer["window"]
            }
            if let inWindow { note(target: answer, at: inWindow, scale: scale, window: window) }
            return inWindow
        }
    }

    /// Takes a point of an element's document up to the window, through the frames around it.
    private func pointInWindow(
        _ point: PagePoint,
        of element: LocatedElement,
        until deadline: Deadline,
        _ refuse: (BrowserError) -> Void,
        through: (DevToolsValue) -> Void
    ) async throws -> PagePoint? {
        var point = point
        var frame = element.frame
        while frame != targetID {
            guard let owner = elements.withLock({ $0.owner(of: frame) }),
                let outer = elements.withLock({ $0.place(ofNumber: owner) })
            else { throw Self.gone("the frame of \"\(element.label)\"") }
            let place = LocatedElement(
                reference: element.reference,
                frame: outer.frame,
                key: owner,
                label: element.label
            )
            let call = "through(\(owner.number), \(point.x), \(point.y))"
            let answer = try await look(call, at: place, until: deadline)
            guard let next = try self.point(answer, of: element, refuse) else { return nil }
            through(answer)
            point = next
            frame = outer.frame
        }
        return point
    }

    private func point(
        _ answer: DevToolsValue,
        of element: LocatedElement,
        _ refuse: (BrowserError) -> Void
    ) throws
        -> PagePoint?
    {
        if answer["gone"] == true { throw Self.gone("\"\(element.label)\"") }
        if let other = answer["changed"]?.string { throw Self.changed(element, other) }
        guard let x = answer["x"]?.number, let y = answer["y"]?.number else {
            let reason = answer["reason"]?.string ?? "it has no place on the page"
            let message = "\"\(element.label)\" cannot be used: \(reason)"
            refuse(BrowserError(.elementNotReady, message, obstacle: Self.obstacle(answer)))
            return nil
        }
        return PagePoint(x: x, y: y)
    }

    private static func obstacle(_ answer: DevToolsValue) -> BrowserError.Obstacle? {
        switch answer["why"]?.string {
        case "covered": .covered(by: answer["by"]?.string ?? "something")
        case "hidden": .hidden
        case "disabled": .disabled
        case "readOnly": .readOnly
        case "moving": .moving
        default: nil
        }
    }
}
