// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0

// Scrolls by almost a window, or to an end; with a number, the nearest box around that element that scrolls.
function scroll(direction, number) {
  const element = number === null ? null : get(number);
  if (number !== null && !element?.isConnected) return null;
  let box = document.scrollingElement;
  if (element) {
    const scrolls = (e) => e.scrollHeight > e.clientHeight + 1 && /auto|scroll/.test(getComputedStyle(e).overflowY);
    box = scrolls(element) ? element : scrollers(element)[0] ?? box;
  }
  if (!box) return false;
  const isPage = box === document.scrollingElement;
  const height = (isPage ? innerHeight : box.clientHeight) * 0.85;
  const width = (isPage ? innerWidth : box.clientWidth) * 0.85;
  const before = [box.scrollLeft, box.scrollTop];
  const by = { up: [0, -height], down: [0, height], left: [-width, 0], right: [width, 0] }[direction];
  if (by) box.scrollBy({ left: by[0], top: by[1], behavior: 'instant' });
  if (direction === 'top') box.scrollTo({ top: 0, behavior: 'instant' });
  if (direction === 'bottom') box.scrollTo({ top: box.scrollHeight, behavior: 'instant' });
  return before[0] !== box.scrollLeft || before[1] !== box.scrollTop;
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
