//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Synchronization

/// Where on a page something was done, in CSS pixels of its window.
package struct PageTarget: Sendable, Hashable {
    package var x: Double
    package var y: Double
    package var width: Double
    package var height: Double
    /// The size of the window.
    package var windowWidth: Double
    package var windowHeight: Double
}

extension BrowserContext {
    /// Where the last action on an element was, if there was one since this was last asked.
    package func takeTarget() -> PageTarget? {
        shared.target.withLock { $0.take() }
    }
}

extension Page {
    /// Notes where an element is that is about to be acted on.
    ///
    /// - Parameters:
    ///   - ready: What the element's document says: the point that is taken, and the box around it.
    ///   - point: The same point in the window.
    ///   - scale: How much larger the document is drawn than it is.
    ///   - window: The size of the window.
    func note(target ready: DevToolsValue, at point: PagePoint, scale: Double, window: DevToolsValue?) {
        let box = (ready["box"]?.array ?? []).compactMap(\.number)
        let size = (window?.array ?? []).compactMap(\.number)
        guard box.count == 4, size.count == 2, let x = ready["x"]?.number, let y = ready["y"]?.number else { return }
        let target = PageTarget(
            x: point.x - (x - box[0]) * scale,
            y: point.y - (y - box[1]) * scale,
            width: box[2] * scale,
            height: box[3] * scale,
            windowWidth: size[0],
            windowHeight: size[1]
        )
        shared.target.withLock { $0 = target }
    }
}
