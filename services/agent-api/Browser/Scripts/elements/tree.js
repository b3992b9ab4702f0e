// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0

// Numbers for elements, and the tree as it is shown: shadow trees in place of their hosts' children, slotted
// nodes in place of their slots.

const numbers = new WeakMap();
const elements = new Map();
let lastNumber = 0;

function numberOf(element) {
  let number = numbers.get(element);
  if (number === undefined) {
    number = ++lastNumber;
    numbers.set(element, number);
    elements.set(number, new WeakRef(element));
  }
  return number;
}
function get(number) {
  const element = elements.get(number)?.deref();
  if (!element) elements.delete(number);
  return element;
}

// Closed shadow roots cannot be asked for from within; they are handed in by `adopt`.
const closedRoots = new WeakMap();
const probed = new WeakSet();
function adopt(root) { closedRoots.set(root.host, root); }
const knownRoots = new Set();
function shadow(element) {
  const root = element.shadowRoot ?? closedRoots.get(element) ?? null;
  if (root && !metRoots.has(root)) { metRoots.add(root); knownRoots.add(new WeakRef(root)); }
  return root;
}
const metRoots = new WeakSet();
// The shadow roots that were met so far and are on the page.
function openRoots() {
  const roots = [];
  for (const reference of knownRoots) {
    const root = reference.deref();
    if (!root) knownRoots.delete(reference);
    else if (root.isConnected) roots.push(root);
  }
  return roots;
}

// Elements that listen to clicks, which only the page's own world knows; handed in too.
const listening = new WeakSet();
function mark(element) { listening.add(element); }

// Walking up and down that tree.

function childrenOf(element) {
  const tag = element.localName;
  if (tag === 'slot') {
    const assigned = element.assignedNodes();
    if (assigned.length > 0) return assigned;
  }
  const root = shadow(element);
  if (root) return root.childNodes;
  if (tag === 'details' && !element.open) {
    const summary = [...element.children].find((child) => child.localName === 'summary');
    return summary ? [summary] : [];
  }
  return element.childNodes;
}

const parentOf = (node) => node.parentNode ?? node.host ?? null;

function contains(outer, inner) {
  for (let node = inner; node; node = parentOf(node)) if (node === outer) return true;
  return false;
}

function closest(element, selector) {
  for (let node = element; node; node = parentOf(node)) {
    if (node.nodeType === Node.ELEMENT_NODE && node.matches(selector)) return node;
  }
  return null;
}

// The innermost element under a point of this document's viewport.
function hit(x, y) {
  let root = document, found = null;
  for (;;) {
    const next = root.elementFromPoint(x, y);
    if (!next || next === found) return found;
    found = next;
    root = shadow(found);
    if (!root) return found;
  }
}

// Where elements may have a closed shadow root that we do not know of yet: custom elements, and others that
// show something though nothing is in them or do not show what is in them.
const hosts = new Set(['article', 'aside', 'blockquote', 'div', 'footer', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6',
  'header', 'main', 'nav', 'p', 'section', 'span']);
function mayHideRoot(element) {
  const tag = element.localName;
  const isCustom = tag.includes('-');
  if (!isCustom && !hosts.has(tag) || probed.has(element) || shadow(element)) return false;
  if (isCustom) return element.matches(':defined');
  const child = element.firstElementChild;
  if (child) return child.localName !== 'script' && getComputedStyle(child).display === '';
  if (element.firstChild) return false;
  const box = rectOf(element);
  return box.width > 8 && box.height > 8;
}
