// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0

// What can be seen, where, and what lies on top.

const area = (box) => box.right > box.left && box.bottom > box.top;
const rectangle = (left, top, right, bottom) => ({ left, top, right, bottom });
const meet = (a, b) => rectangle(Math.max(a.left, b.left), Math.max(a.top, b.top),
  Math.min(a.right, b.right), Math.min(a.bottom, b.bottom));
const viewport = () => rectangle(0, 0, innerWidth, innerHeight);

// Nothing moves while a document is walked through, so a box need be asked for only once.
let boxes = null;
function rectOf(element) {
  let box = boxes?.get(element);
  if (!box) {
    box = element.getBoundingClientRect();
    boxes?.set(element, box);
  }
  return box;
}

// An element's box; of one that has none itself, such as a link around floating content, that of what is in it.
function boxOf(element, deep = 3) {
  const box = rectOf(element);
  if (area(box) || deep === 0) return box;
  for (const child of childrenOf(element)) {
    if (child.nodeType !== Node.ELEMENT_NODE) continue;
    const inner = boxOf(child, deep - 1);
    if (area(inner)) return inner;
  }
  return box;
}

function isShown(element) {
  return element.isConnected && element.checkVisibility({ visibilityProperty: true }) && area(boxOf(element));
}
// Whether the mouse could reach an element at all, as far as its own style says: fields are often hidden behind
// a label that is drawn instead of them.
function isDrawn(element) {
  if (!element.checkVisibility({ visibilityProperty: true, opacityProperty: true })) return false;
  const box = rectOf(element);
  if (box.width < 3 || box.height < 3) return false;
  if (box.right + scrollX <= 0 || box.bottom + scrollY <= 0) return false;
  const style = getComputedStyle(element);
  return style.clipPath !== 'inset(50%)' && style.clip === 'auto';
}

// The element that stands for a control on the page: itself, or the label or wrapper that is drawn in its place.
function drawn(element) {
  const labels = element.labels;
  if (!labels || isDrawn(element)) return element;
  return [...labels].find((label) => isDrawn(label)) ?? wrapperOf(element) ?? element;
}
// What a page draws in place of a box that it hides: what is next to it or around it and can be clicked.
function wrapperOf(element) {
  if (!['checkbox', 'radio'].includes(element.type)) return null;
  const stands = (other) => other && other.localName !== 'label' && isDrawn(other) &&
    (listening.has(other) || other.hasAttribute('onclick') || getComputedStyle(other).cursor === 'pointer') &&
    ![...other.querySelectorAll('input, select, textarea, button, a[href]')].some((inner) => inner !== element);
  for (let node = element, depth = 0; node && depth < 3; node = node.parentElement, depth += 1) {
    for (const other of [node.nextElementSibling, node.previousElementSibling, node.parentElement]) {
      if (stands(other)) return other;
    }
  }
  return null;
}

const isDisabled = (element) =>
  element.matches(':disabled') || closest(element, '[aria-disabled="true" i]') !== null;

// Whether a mouse event at `over` is one of `element`.
function belongs(over, element) {
  if (contains(element, over)) return true;
  const label = closest(over, 'label');
  if (label && label.control === element) return true;
  return element.localName === 'label' && element.control !== null && contains(element.control, over);
}

const parts = [[0.5, 0.5], [0.25, 0.25], [0.75, 0.75], [0.25, 0.75], [0.75, 0.25], [0.5, 0.1], [0.1, 0.5]];

// Where an element may be clicked: in the middle of what is seen of it, then nearer to its corners.
function pointsIn(box) {
  return parts.map(([x, y]) => [box.left + (box.right - box.left) * x, box.top + (box.bottom - box.top) * y]);
}

// What is seen of an element in the window. A link that wraps has a box for each line.
function visibleBox(element) {
  const window = viewport();
  const lines = element.getClientRects();
  for (const line of lines.length > 1 ? lines : []) {
    const seen = meet(line, window);
    if (area(seen)) return seen;
  }
  return meet(boxOf(element), window);
}

// A point at which the mouse reaches the element, or what is in the way.
function reach(element, control = element, box = visibleBox(element)) {
  let over = null;
  if (!area(box)) return { outside: true };
  for (const [x, y] of pointsIn(box)) {
    const found = hit(x, y);
    if (found && (belongs(found, element) || belongs(found, control))) return { x, y };
    over ??= found;
  }
  return { over };
}

// What an element is stuck to the window by, if it does not scroll with the page.
function stuck(element) {
  for (let node = element; node && node.nodeType !== Node.DOCUMENT_NODE; node = parentOf(node)) {
    if (node.nodeType !== Node.ELEMENT_NODE) continue;
    const position = getComputedStyle(node).position;
    if (position === 'fixed' || position === 'sticky') return node;
  }
  return null;
}

function scrollers(element) {
  const found = [];
  for (let node = parentOf(element); node; node = parentOf(node)) {
    if (node.nodeType !== Node.ELEMENT_NODE || node === document.body) continue;
    if (node === document.documentElement) break;
    if (node.scrollHeight > node.clientHeight + 1 && /auto|scroll/.test(getComputedStyle(node).overflowY)) {
      found.push(node);
    }
  }
  if (document.scrollingElement) found.push(document.scrollingElement);
  return found;
}

// Whether something stuck to the window covers an element only because of how far the page is scrolled.
function canBeFreed(element, over, box) {
  const cover = stuck(over);
  if (!cover || contains(cover, element)) return false;
  const own = stuck(element);
  if (own && getComputedStyle(own).position === 'fixed') return false;
  const bar = cover.getBoundingClientRect();
  const height = Math.min(box.bottom - box.top, 40);
  const room = Math.max(bar.top, innerHeight - bar.bottom);
  if (room < height || bar.bottom - bar.top > innerHeight * 0.6) return false;
  let back = 0, forth = 0;
  for (const scroller of scrollers(element)) {
    back += scroller.scrollTop;
    forth += scroller.scrollHeight - scroller.clientHeight - scroller.scrollTop;
  }
  const down = bar.bottom - box.bottom + height, up = box.top + height - bar.top;
  return (innerHeight - bar.bottom >= height && back >= down) || (bar.top >= height && forth >= up);
}

// A dialog that makes all the rest inert, and a box that lies over the whole window without saying so.
let modal = null;
let overlay = null;

function findCovers() {
  modal = [...document.querySelectorAll(':modal')].findLast((dialog) => {
    const box = dialog.getBoundingClientRect();
    const over = hit((box.left + box.right) / 2, (box.top + box.bottom) / 2);
    return over !== null && contains(dialog, over);
  }) ?? null;
  overlay = null;
  for (const [x, y] of pointsIn(viewport())) {
    const over = hit(x, y);
    const cover = over && stuck(over);
    if (!cover || overlay && cover !== overlay) { overlay = null; return; }
    overlay = cover;
  }
}

function describe(element) {
  const named = closest(element, 'dialog, [role=dialog], [role=alertdialog], [aria-modal]') ?? element;
  const id = named.id ? ` id=${named.id}` : '';
  const text = nameOf(named, plain(named.innerText ?? named.textContent));
  return `<${named.localName}${id}>${text ? ` "${cut(text, 60)}"` : ''}`;
}
