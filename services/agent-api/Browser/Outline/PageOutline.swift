//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Logging

/// What a page says and how it is arranged, for questions about it: the visible texts as a tree, with what the document
/// tells of their meaning.
package struct PageOutline: Sendable, Hashable {
    /// The tag in lower case; empty for a run of text.
    package var tag: String
    /// The role that is given by an attribute.
    package var role: String
    /// What the page's own names say of it: class, id, `itemprop`, `name`, `data-testid`.
    package var hints: [String]
    /// Its label: `aria-label`, or that of a field.
    package var label: String
    /// The text, where it has no parts; what a field holds or an image shows.
    package var text: String
    /// Its parts.
    package var children: [PageOutline]

    /// Makes an outline.
    package init(
        tag: String = "",
        role: String = "",
        hints: [String] = [],
        label: String = "",
        text: String = "",
        children: [PageOutline] = []
    ) {
        self.tag = tag
        self.role = role
        self.hints = hints
        self.label = label
        self.text = text
        self.children = children
    }

    /// All of its text, the parts parted by spaces.
    package var fullText: String {
        if children.isEmpty { return text }
        return children.map(\.fullText).filter { !$0.isEmpty }.joined(separator: " ")
    }
}

extension Page {
    /// What the page says and how it is arranged, that of its frames behind it.
    ///
    /// What is not shown is left out, and so are closed shadow roots.
    ///
    /// - Throws: ``BrowserError`` or `CancellationError`.
    package func outline(timeout: Duration = .seconds(10)) async throws -> PageOutline {
        let deadline = Deadline.after(timeout)
        var outline = PageOutline(tag: "page")
        for frame in framesInOrder() {
            do {
                let limit = frame == targetID ? deadline : deadline.capped(at: .seconds(2))
                let answer = try await evaluate(Self.outlineScript, in: frame, until: limit)
                if let part = PageOutline(answer) { outline.children.append(part) }
            } catch let error as BrowserError where frame != targetID {
                // A frame that is gone or busy says nothing; that the whole page is gone is found out here.
                if let failure = state.current.failure { throw failure }
                logger.debug("a frame is left out", metadata: ["reason": "\(error.message)"])
            }
        }
        return outline
    }

    private static let outlineScript = #"""
        (() => {
          const skipped = new Set(['script', 'style', 'template', 'noscript', 'head', 'option', 'svg', 'iframe', 'datalist']);
          const inline = new Set(['b', 'i', 'em', 'strong', 'u', 'small', 'mark', 'sub', 'sup', 'abbr', 'br', 'wbr']);
          const plain = (text) => (text ?? '').replace(/\s+/g, ' ').trim();
          let left = 8000;
          const childrenOf = (e) => e.shadowRoot ? e.shadowRoot.childNodes
            : e.localName === 'slot' && e.assignedNodes().length > 0 ? e.assignedNodes() : e.childNodes;
          function isPlain(e) {
            return [...childrenOf(e)].every((n) => n.nodeType !== 1 ||
              (inline.has(n.localName) && !n.className && !n.id && isPlain(n)));
          }
          function hintsOf(e) {
            const hints = [];
            for (const key of ['id', 'class', 'itemprop', 'name', 'data-testid', 'data-label', 'data-field', 'data-title']) {
              const value = e.getAttribute(key);
              if (value) hints.push(...value.split(/\s+/).slice(0, 6));
            }
            return hints.slice(0, 10);
          }
          function fieldText(e) {
            if (e.type === 'password' || e.type === 'hidden') return '';
            if (e.localName === 'select') return [...e.selectedOptions].map((o) => plain(o.label)).join(', ');
            if (e.type === 'checkbox' || e.type === 'radio') return e.checked ? 'checked' : 'not checked';
            return e.value;
          }
          function walk(e) {
            if (left <= 0 || skipped.has(e.localName) || !e.checkVisibility({ visibilityProperty: true })) {
              if (e.localName !== 'slot' && getComputedStyle(e).display !== 'contents') return null;
            }
            left -= 1;
            const node = { t: e.localName, r: e.getAttribute('role') ?? '', h: hintsOf(e), l: plain(e.getAttribute('aria-label')), x: '', c: [] };
            if (['input', 'select', 'textarea'].includes(e.localName)) {
              node.l ||= [...e.labels ?? []].map((label) => plain(label.innerText)).join(' ') || plain(e.placeholder);
              node.x = String(fieldText(e)).slice(0, 4000);
              return node;
            }
            if (e.localName === 'output' && e.labels?.length) node.l ||= [...e.labels].map((label) => plain(label.innerText)).join(' ');
            if (e.localName === 'img') { node.x = plain(e.alt); return node.x ? node : null; }
            if (isPlain(e)) {
              node.x = (e.localName === 'pre' ? e.innerText : plain(e.innerText ?? e.textContent)).slice(0, 8000);
              return node.x || node.h.length > 0 ? node : null;
            }
            for (const child of childrenOf(e)) {
              if (child.nodeType === 3) {
                const text = plain(child.data);
                if (text) { node.c.push({ t: '', r: '', h: [], l: '', x: text.slice(0, 8000), c: [] }); left -= 1; }
              } else if (child.nodeType === 1) {
                const part = walk(child);
                if (part) node.c.push(part);
              }
            }
            if (node.c.length === 0) return null;
            // A box that says nothing of its own around another.
            if (node.c.length === 1 && node.h.length === 0 && !node.l && ['div', 'span'].includes(node.t)) return node.c[0];
            return node;
          }
          return document.body ? walk(document.body) : null;
        })()
        """#
}

extension PageOutline {
    init?(_ value: DevToolsValue) {
        guard let tag = value["t"]?.string else { return nil }
        self.init(
            tag: tag,
            role: value["r"]?.string ?? "",
            hints: (value["h"]?.array ?? []).compactMap(\.string),
            label: value["l"]?.string ?? "",
            text: value["x"]?.string ?? "",
            children: (value["c"]?.array ?? []).compactMap { PageOutline($0) }
        )
    }
}
