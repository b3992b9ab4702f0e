// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0

// What a person reads on the page.

function* walk(root) {
  for (const child of root.children) {
    yield child;
    if (child.shadowRoot) yield* walk(child.shadowRoot);
    yield* walk(child);
  }
}

function visible(element) {
  if (!element.isConnected) return false;
  if (!element.checkVisibility({ visibilityProperty: true, opacityProperty: false })) return false;
  const box = element.getBoundingClientRect();
  return box.width > 0 && box.height > 0;
}

const isLink = (element) => element.hasAttribute('role')
  ? element.getAttribute('role').trim().split(/\s+/)[0].toLowerCase() === 'link' : element.matches('a[href], area');
const isInContent = (element) =>
  element.closest('main, [role=main], ol, ul, article, h1, h2, h3') !== null
  && element.closest('nav, header, footer, [role=navigation]') === null;

function textOf(root) {
  const parts = [];
  const body = root === document ? document.body : null;
  if (body) parts.push(body.innerText);
  else for (const child of root.children) if (!child.matches('style, script')) parts.push(child.innerText ?? '');
  for (const host of root.querySelectorAll('*')) {
    if (host.shadowRoot && visible(host)) parts.push(textOf(host.shadowRoot));
  }
  return parts.filter((part) => part.trim() !== '').join('\n');
}
const text = () => textOf(document);
const plain = (text) => text.toLowerCase().replace(/\s+/g, ' ').trim();
const shows = (wanted) => plain(text()).includes(plain(wanted));

function summary() {
  const results = [...walk(document)].filter((e) => isLink(e) && isInContent(e) && visible(e) && e.innerText.trim() !== '');
  const scope = results.filter((e) => e.closest('ol, ul, article, h2, h3'));
  const first = (scope.length > 0 ? scope : results)[0];
  const heading = [...walk(document)].find((e) => e.localName === 'h1' && visible(e));
  return {
    title: document.title.trim(),
    heading: heading?.innerText.replace(/\s+/g, ' ').trim() ?? '',
    first: first?.innerText.replace(/\s+/g, ' ').trim() ?? '',
    count: scope.length,
  };
}

// The places where a text stands that is exactly this, not a part of a longer one; case and spaces do not count.
function* placesOf(wanted) {
  const text = plain(wanted);
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const element = node.parentElement;
    if (plain(node.data) !== text || plain(element.textContent) !== text) continue;
    if (element.checkVisibility({ visibilityProperty: true })) yield { node, element };
  }
}

const showsExactly = (wanted) => !placesOf(wanted).next().done;

// Where the mouse reaches such a text, scrolled into view; null when it reaches none.
async function pointOf(wanted) {
  for (const { node, element } of placesOf(wanted)) {
    if (element.closest('script, style')) continue;
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
}
