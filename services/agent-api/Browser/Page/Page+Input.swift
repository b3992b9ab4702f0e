//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// A point in the page's window, in CSS pixels.
struct PagePoint: Sendable {
    var x: Double
    var y: Double
}

extension Page {
    func notFound(_ locator: Locator) -> BrowserError {
        BrowserError(.elementNotFound, "no \(locator) on \(url)")
    }

    /// Calls one of our script's functions in an element's frame.
    func run(_ call: String, on element: FoundElement, until deadline: Deadline) async throws -> DevToolsValue {
        try await evaluate("stepcast.\(call)", in: element.world, byValue: true, until: deadline)["value"] ?? .null
    }

    /// Why an element cannot be acted on now; `nil` when it can.
    func notReady(_ element: FoundElement, wants: String, until deadline: Deadline) async throws -> BrowserError? {
        let answer = try await run("ready(\(element.token), '\(wants)')", on: element, until: deadline)
        return answer["reason"]?.string.map {
            BrowserError(.elementNotReady, "\"\(element.label)\" cannot be used: \($0)")
        }
    }

    /// Finds an element and waits until it can be acted on.
    func waitUntilReady(
        _ locator: Locator,
        wants: String,
        until deadline: Deadline
    ) async throws -> (FoundElement, PagePoint) {
        try await retrying(until: deadline) { refuse in
            guard let element = try await self.find(locator, until: deadline) else {
                refuse(self.notFound(locator))
                return nil
            }
            let answer = try await self.run("ready(\(element.token), '\(wants)')", on: element, until: deadline)
            if let reason = answer["reason"]?.string {
                refuse(BrowserError(.elementNotReady, "\"\(element.label)\" cannot be used: \(reason)"))
                return nil
            }
            guard
                let x = answer["x"]?.double, let y = answer["y"]?.double,
                let offset = try await self.offset(of: element.frame, until: deadline)
            else {
                refuse(BrowserError(.elementNotReady, "\"\(element.label)\" has no place on the page"))
                return nil
            }
            return (element, PagePoint(x: x + offset.x, y: y + offset.y))
        }
    }

    /// Where a frame's content begins in the page's window; `nil` while it has no place.
    private func offset(of frame: String, until deadline: Deadline) async throws -> PagePoint? {
        var offset = PagePoint(x: 0, y: 0)
        var id = frame
        while let parent = state.current.frames[id]?.parent {
            guard let world = state.current.frames[parent]?.world else { return nil }
            let session = world.session
            let owner = try await connection.call(
                "DOM.getFrameOwner",
                ["frameId": .string(id)],
                session: session,
                until: deadline
            )
            guard let node = owner["backendNodeId"] else { return nil }
            let object = try await connection.call(
                "DOM.resolveNode",
                ["backendNodeId": node],
                session: session,
                until: deadline
            )
            guard let objectID = object["object"]?["objectId"] else { return nil }
            let answer = try await connection.call(
                "Runtime.callFunctionOn",
                [
                    "objectId": objectID, "returnByValue": true,
                    "functionDeclaration": """
                    function() {
                      const box = this.getBoundingClientRect();
                      const style = getComputedStyle(this);
                      return [
                        box.x + this.clientLeft + parseFloat(style.paddingLeft),
                        box.y + this.clientTop + parseFloat(style.paddingTop),
                      ];
                    }
                    """,
                ],
                session: session,
                until: deadline
            )
            connection.post("Runtime.releaseObject", ["objectId": objectID], session: session)
            guard let place = answer["result"]?["value"]?.array, place.count == 2, let x = place[0].double,
                let y = place[1].double
            else { return nil }
            offset.x += x
            offset.y += y
            id = parent
        }
        return offset
    }

    /// Moves the mouse to a point and clicks.
    func click(at point: PagePoint, until deadline: Deadline) async throws {
        func mouse(_ kind: String, buttons: Int) async throws {
            _ = try await call(
                "Input.dispatchMouseEvent",
                [
                    "type": .string(kind), "x": .number(point.x), "y": .number(point.y),
                    "button": kind == "mouseMoved" ? "none" : "left", "buttons": .number(Double(buttons)),
                    "clickCount": kind == "mouseMoved" ? 0 : 1,
                ],
                until: deadline
            )
        }
        try await mouse("mouseMoved", buttons: 0)
        try await mouse("mousePressed", buttons: 1)
        do {
            try await mouse("mouseReleased", buttons: 0)
        } catch let error as BrowserError where error.code == .pageClosed {
            // A click may close its own page; that is what it did then.
        }
    }

    func dispatch(_ stroke: KeyStroke, until deadline: Deadline) async throws {
        for kind in [stroke.text == nil ? "rawKeyDown" : "keyDown", "keyUp"] {
            var params: [String: DevToolsValue] = [
                "type": .string(kind), "key": .string(stroke.key), "code": .string(stroke.code),
                "windowsVirtualKeyCode": .number(Double(stroke.virtualKey)),
                "modifiers": .number(Double(stroke.modifiers)),
            ]
            if kind == "keyDown", let text = stroke.text { params["text"] = .string(text) }
            do {
                _ = try await call("Input.dispatchKeyEvent", .object(params), until: deadline)
            } catch let error as BrowserError where kind == "keyUp" && error.code == .pageClosed {
                // The key closed its page.
            }
        }
    }
}
