// Lists whose elements stay as long as what they show does, so that focus, hovering and open parts survive an update.

const made = new WeakMap(); // parent → Map of key → { node, signature }

/**
 * Makes the children of an element those of the items, in their order.
 * @template Item
 * @param {HTMLElement} parent
 * @param {Item[]} items
 * @param {{ key: (item: Item) => string, signature: (item: Item) => string, make: (item: Item) => HTMLElement }} how
 *   An element is made anew only when its item's signature has changed.
 */
export function keyed(parent, items, { key, signature, make }) {
  const old = made.get(parent) ?? new Map();
  const now = new Map();
  let next = parent.firstChild;
  for (const item of items) {
    const name = key(item);
    const mark = signature(item);
    const known = old.get(name);
    let node = known?.node;
    if (!known || known.signature !== mark) {
      node = make(item);
      if (known) replace(known.node, node, known.node === next ? () => { next = node; } : () => {});
    }
    now.set(name, { node, signature: mark });
    if (node === next) next = next.nextSibling;
    else parent.insertBefore(node, next);
  }
  for (const [name, { node }] of old) if (!now.has(name)) node.remove();
  made.set(parent, now);
}

/** Puts a new element in the place of an old one, with the focus on the same part of it. */
function replace(old, node, afterwards) {
  const focused = old.contains(document.activeElement) ? document.activeElement.dataset.part : null;
  old.replaceWith(node);
  afterwards();
  if (focused) node.querySelector(`[data-part="${focused}"]`)?.focus({ preventScroll: true });
}
