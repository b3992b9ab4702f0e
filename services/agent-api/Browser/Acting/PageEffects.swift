//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Synchronization

/// What has changed on a page since an action began, as its scripts tell.
package struct PageEffects: Sendable, Hashable {
    /// Lines of text that are shown now and were not before.
    package var appeared: [String] = []
    /// Lines of text that were shown before and are not now.
    package var disappeared: [String] = []
    /// Controls whose value or state is another one, with it.
    package var changed: [String] = []
    package var hasScrolled = false
    package var hasMovedFocus = false
    /// Whether anything at all has changed in the document or its drawings.
    package var looksDifferent = false
    /// Whether a document has come since, of which nothing is known.
    package var hasNewDocument = false

    package init() {}

    /// Whether there is anything that can be seen.
    package var isVisible: Bool {
        !appeared.isEmpty || !disappeared.isEmpty || !changed.isEmpty || hasScrolled || looksDifferent || hasNewDocument
    }
}

extension Page {
    /// Keeps what the page is like, in the frame of an element and the main one, for ``effects(ends:)``. It is not waited for:
    /// scripts of a document run in order.
    package func watchEffects(of element: ElementReference?) {
        var worlds = [state.current.mainFrame.world].compactMap { $0 }
        if let place = element.flatMap({ element in elements.withLock { $0.place(of: element) } }),
            !worlds.contains(place.key.world)
        {
            worlds.append(place.key.world)
        }
        watchedWorlds.withLock { $0 = worlds }
        for world in worlds {
            connection.post(
                "Runtime.evaluate",
                ["expression": "look.begin()", "uniqueContextId": .string(world.uniqueID)],
                session: world.session
            )
        }
    }

    /// What has changed since ``watchEffects(of:)``.
    ///
    /// - Parameter ends: whether nothing is kept any more afterwards.
    /// - Throws: ``BrowserError``: that the page is gone; `CancellationError`.
    package func effects(ends: Bool, timeout: Duration = .seconds(5)) async throws -> PageEffects {
        let deadline = Deadline.after(timeout)
        var found = PageEffects()
        for world in watchedWorlds.withLock({ $0 }) {
            do {
                let answer = try await evaluate("look.effects(\(ends))", in: world, byValue: true, until: deadline)
                guard let told = answer["value"], told["changed"] != nil else { continue }
                found.appeared += Self.texts(told["appeared"])
                found.disappeared += Self.texts(told["disappeared"])
                found.changed += Self.texts(told["changed"])
                found.hasScrolled = found.hasScrolled || told["scrolled"] == true
                found.hasMovedFocus = found.hasMovedFocus || told["focus"] == true
                found.looksDifferent = found.looksDifferent || told["different"] == true
            } catch let error as BrowserError where error.meansDocumentIsGone || error.code == .pageClosed {
                if let failure = state.current.failure { throw failure }
                found.hasNewDocument = true
            }
        }
        return found
    }

    private static func texts(_ value: DevToolsValue?) -> [String] { (value?.array ?? []).compactMap(\.string) }
}
