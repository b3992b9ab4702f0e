// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0

// What the page says and how it is arranged: its visible texts as a tree, with what the document tells of their meaning.
function outline() {
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
}
