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
}

extension Page {
    /// Finds an element of a snapshot again.
    ///
    /// - Throws: `elementNotFound` when its document is gone, or it was in no snapshot of this page.
    func locate(_ reference: ElementReference, until deadline: Deadline) async throws -> LocatedElement {
        if let failure = state.current.failure { throw failure }
        let worlds = Set(state.current.frames.values.compactMap(\.world))
        guard let place = elements.withLock({ $0.place(of: reference) }), worlds.contains(place.key.world) else {
            throw Self.gone("the element")
        }
        var element = LocatedElement(reference: reference, frame: place.frame, key: place.key, label: "")
        element.label = try await look("label(\(place.key.number))", at: element, until: deadline).string ?? ""
        if element.label.isEmpty { throw Self.gone("the element") }
        return element
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
    /// - Parameter wants: `click`, or `edit` for fields that must not be read-only.
    /// - Throws: `elementNotFound` at once when it is gone for good; `elementNotReady` with the last reason.
    func waitUntilReady(
        _ element: LocatedElement,
        wants: String = "click",
        until deadline: Deadline
    ) async throws
        -> PagePoint
    {
        try await retrying(until: deadline) { refuse in
            let number = element.key.number
            let answer = try await look("ready(\(number), '\(wants)')", at: element, until: deadline)
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
        guard let x = answer["x"]?.number, let y = answer["y"]?.number else {
            let reason = answer["reason"]?.string ?? "it has no place on the page"
            refuse(BrowserError(.elementNotReady, "\"\(element.label)\" cannot be used: \(reason)"))
            return nil
        }
        return PagePoint(x: x, y: y)
    }
}
