//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

extension Page {
    /// Whether the main frame shows a text that is exactly this, not a part of a longer one; case and spaces do not count.
    ///
    /// - Throws: ``BrowserError``: that the page is gone; `CancellationError`.
    package func shows(exactly text: String, timeout: Duration = .seconds(5)) async throws -> Bool {
        let script = """
            (() => {
              const plain = (text) => (text ?? '').replace(/\\s+/g, ' ').trim().toLowerCase();
              const wanted = plain(\(DevToolsValue.string(text).text));
              const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
              for (let node = walker.nextNode(); node; node = walker.nextNode()) {
                const element = node.parentElement;
                if (plain(node.data) !== wanted || plain(element.textContent) !== wanted) continue;
                if (element.checkVisibility({ visibilityProperty: true })) return true;
              }
              return false;
            })()
            """
        return try await evaluate(script, until: .after(timeout)).bool ?? false
    }

    /// Clicks a text that is no control: the first place in the main frame where exactly this text is shown; case and
    /// spaces do not count.
    ///
    /// - Parameters:
    ///   - count: 2 for a double click.
    ///   - timeout: how long the click may take; the text is not waited for.
    /// - Returns: whether there is such a text, and the mouse reaches it.
    /// - Throws: ``BrowserError``: that the page is gone; `CancellationError`.
    package func click(text: String, count: Int = 1, timeout: Duration = .seconds(10)) async throws -> Bool {
        let deadline = Deadline.after(timeout)
        let script = """
            (async () => {
              const plain = (text) => (text ?? '').replace(/\\s+/g, ' ').trim().toLowerCase();
              const wanted = plain(\(DevToolsValue.string(text).text));
              const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
              for (let node = walker.nextNode(); node; node = walker.nextNode()) {
                const element = node.parentElement;
                if (plain(node.data) !== wanted || plain(element.textContent) !== wanted) continue;
                if (!element.checkVisibility({ visibilityProperty: true }) || element.closest('script, style')) continue;
                element.scrollIntoView({ block: 'center', behavior: 'instant' });
                await new Promise((resolve) => { requestAnimationFrame(resolve); setTimeout(resolve, 250); });
                const range = document.createRange();
                range.selectNodeContents(node);
                const box = range.getBoundingClientRect();
                const [x, y] = [box.left + box.width / 2, box.top + box.height / 2];
                const over = document.elementFromPoint(x, y);
                if (over && (element.contains(over) || over.contains(element))) return [x, y];
              }
              return null;
            })()
            """
        guard let place = try await evaluate(script, until: deadline).array, place.count == 2, let x = place[0].number,
            let y = place[1].number
        else { return false }
        let before = mark()
        try await click(at: PagePoint(x: x, y: y), button: .left, count: count, until: deadline)
        try await settle(since: before, until: .after(.seconds(30)))
        return true
    }
}
