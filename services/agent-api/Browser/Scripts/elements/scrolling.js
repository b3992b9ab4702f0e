// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0

const scrollsDown = (e) => e.scrollHeight > e.clientHeight + 1 && (e === document.scrollingElement || /auto|scroll/.test(getComputedStyle(e).overflowY));
const scrollsAside = (e) => e.scrollWidth > e.clientWidth + 1 && (e === document.scrollingElement || /auto|scroll/.test(getComputedStyle(e).overflowX));

// Whether the page itself lets nobody scroll it.
function isPageFixed() {
  const overflows = [document.documentElement, document.body].map((e) => e ? getComputedStyle(e).overflowY : 'visible');
  return /hidden|clip/.test(overflows[0]) || overflows[0] === 'visible' && /hidden|clip/.test(overflows[1]);
}

// Whether a box has anything left in a direction.
function canScroll(box, direction) {
  switch (direction) {
    case 'up': case 'top': return scrollsDown(box) && box.scrollTop > 0;
    case 'down': case 'bottom': return scrollsDown(box) && box.scrollTop + box.clientHeight < box.scrollHeight - 1;
    case 'left': return scrollsAside(box) && box.scrollLeft > 0;
    default: return scrollsAside(box) && box.scrollLeft + box.clientWidth < box.scrollWidth - 1;
  }
}

// What is scrolled where nothing is named: the page, or the largest box in the window that has anything left, where the
// page itself does not scroll.
function mainScroller(direction) {
  const page = document.scrollingElement;
  // In quirks mode a page of which nothing scrolls has none.
  if (page && !isPageFixed() && (canScroll(page, direction) || scrollsDown(page))) return page;
  let best = page, size = 0;
  for (const [x, y] of pointsIn(viewport())) {
    const over = hit(x, y);
    for (let node = over; node && node !== page; node = parentOf(node)) {
      if (node.nodeType !== Node.ELEMENT_NODE || !(direction === 'left' || direction === 'right' ? scrollsAside(node) : scrollsDown(node))) continue;
      const seen = meet(rectOf(node), viewport());
      const space = area(seen) ? (seen.right - seen.left) * (seen.bottom - seen.top) : 0;
      if (space > size && space > innerWidth * innerHeight / 8) { best = node; size = space; }
      break;
    }
  }
  return best;
}

// Scrolls by a part of a window, or to an end; with a number, the nearest box around that element that scrolls.
function scroll(direction, number, pages = 1) {
  const element = number === null ? null : get(number);
  if (number !== null && !element?.isConnected) return null;
  let box = element ? null : mainScroller(direction);
  if (element) {
    const scrolls = direction === 'left' || direction === 'right' ? scrollsAside : scrollsDown;
    for (let node = element; node && !box; node = parentOf(node)) {
      if (node.nodeType === Node.ELEMENT_NODE && node !== document.body && scrolls(node)) box = node;
    }
    box ??= [...element.querySelectorAll('*')].find((inner) => scrolls(inner) && isShown(inner)) ?? document.scrollingElement;
  }
  if (!box) return false;
  const isPage = box === document.scrollingElement;
  const height = (isPage ? innerHeight : box.clientHeight) * 0.85 * pages;
  const width = (isPage ? innerWidth : box.clientWidth) * 0.85 * pages;
  const before = [box.scrollLeft, box.scrollTop];
  const by = { up: [0, -height], down: [0, height], left: [-width, 0], right: [width, 0] }[direction];
  if (by) box.scrollBy({ left: by[0], top: by[1], behavior: 'instant' });
  if (direction === 'top') box.scrollTo({ top: 0, behavior: 'instant' });
  if (direction === 'bottom') box.scrollTo({ top: box.scrollHeight, behavior: 'instant' });
  return before[0] !== box.scrollLeft || before[1] !== box.scrollTop;
}

// Selects a text in an element, as by the mouse: all of it where none is named.
function selectText(number, wanted) {
  const element = get(number);
  if (!element?.isConnected) return { ...gone };
  if (isField(element) && !element.isContentEditable) {
    element.focus({ preventScroll: true });
    const start = wanted === null ? 0 : element.value.toLowerCase().indexOf(wanted.toLowerCase());
    if (start < 0) return { reason: 'it does not hold that text' };
    element.setSelectionRange(start, wanted === null ? element.value.length : start + wanted.length);
    return { selected: selectedText() };
  }
  const range = document.createRange();
  range.selectNodeContents(element);
  if (wanted !== null) {
    const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
    const parts = [];
    let all = '';
    for (let node = walker.nextNode(); node; node = walker.nextNode()) { parts.push([node, all.length]); all += node.data; }
    const start = all.toLowerCase().indexOf(wanted.toLowerCase());
    if (start < 0) return { reason: 'it does not show that text' };
    const place = (at) => { const [node, from] = parts.findLast(([, from]) => from <= at) ?? parts[0]; return [node, at - from]; };
    range.setStart(...place(start));
    const [node, offset] = place(start + wanted.length - 1);
    range.setEnd(node, offset + 1);
  }
  const selection = getSelection();
  selection.removeAllRanges();
  selection.addRange(range);
  return { selected: String(selection) };
}

// Scrolls to the first place where a text is shown; case and spaces do not count.
function findText(wanted) {
  const text = folded(wanted);
  if (text === '') return false;
  const search = (root) => {
    let best = null;
    for (const element of root.children) {
      if (['script', 'style', 'template', 'noscript'].includes(element.localName)) continue;
      const inner = search(element);
      if (inner) return inner;
      const shown = shadow(element);
      if (shown) {
        const within = search(shown);
        if (within) return within;
      }
      if (folded(element.textContent).includes(text) && isShown(element) &&
        folded(element.innerText ?? element.textContent).includes(text)) return element;
    }
    return best;
  };
  const found = search(document);
  if (!found || found === document.documentElement) return false;
  found.scrollIntoView({ block: 'center', inline: 'nearest', behavior: 'instant' });
  return true;
}
