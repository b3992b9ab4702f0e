// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0

// Whether an element still is what it was when it was chosen: pages rename and reuse what stands in a place.

const essence = (text) => text.normalize('NFKC').toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '');
// Counters and clocks go on by themselves and change no meaning.
const uncounted = (text) => text.replace(/\(\s*\d[\d.,]*\s*\+?\)|\d{1,3}(:\d{2})+|\b\d+\s?(s|sec|seconds?|min|minutes?)\b/g, '');
const wordsOf = (text) => new Set(text.normalize('NFKC').toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []);

function shareOf(before, now) {
  const words = wordsOf(before);
  if (words.size === 0) return 1;
  const others = wordsOf(now);
  let common = 0;
  for (const word of words) if (others.has(word)) common += 1;
  return common / words.size;
}

function nowCalled(element) {
  return nameOf(element, plain(element.innerText ?? element.textContent));
}

function isSameName(before, now) {
  const [a, b] = [essence(uncounted(before)), essence(uncounted(now))];
  // One that has lost its name is still the same; long names are cut.
  return a === '' || b === '' || a === b || a.length > 100 && (b.startsWith(a.slice(0, 100)) || shareOf(before, now) > 0.7);
}

// The row, item or card that an element is in.
function itemOf(element) {
  for (let node = parentOf(element); node && node !== document.body; node = parentOf(node)) {
    if (node.nodeType !== Node.ELEMENT_NODE) continue;
    if (groupOf(node, node.localName, node.getAttribute('role'))?.item) return node;
  }
  return null;
}

// What an element is now, in words; null while it is what it was.
function otherMeaning(element, meaning) {
  if (!meaning) return null;
  const name = nowCalled(element);
  // What a list or a field holds is no name of it.
  const text = isField(element) || element.localName === 'select' ? '' : plain(element.innerText ?? element.textContent);
  const texts = [name, text, plain(element.getAttribute('alt')), plain(element.getAttribute('title'))].filter(Boolean);
  const isSame = texts.length === 0 || texts.some((text) => isSameName(meaning.name, text)) ||
    meaning.loose === true && shareOf(meaning.name, text) >= 0.5;
  if (meaning.name && !isSame) return `is now "${cut(name || text, 80)}"`;
  if (meaning.item) {
    const item = itemOf(element);
    const around = plain(item?.innerText ?? item?.textContent);
    if (around && shareOf(meaning.item, around) < 0.5) return `now belongs to "${cut(around, 80)}"`;
  }
  return null;
}
