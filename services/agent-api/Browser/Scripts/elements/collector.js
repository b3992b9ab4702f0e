// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0

// What a walk gathers: a list of items in the order of the document, and the texts that lie around elements.

class Collector {
  items = [];
  nodes = [];
  hosts = [];
  line = '';
  lineContext = null;
  // Texts that are still growing: of the usable elements, rows, items and sections around the current place.
  growing = [];
  headings = [];
  labelled = new Map();
  records = new Map();
  isCut = false;

  text(data, context) {
    const isBlank = data.trim() === '';
    if (!isBlank && this.line !== '' && this.lineContext.owner !== context.owner) this.flush();
    if (this.line === '' && !isBlank) this.lineContext = context;
    if (this.line !== '' || !isBlank) this.line += data;
    for (const growing of this.growing) {
      if (growing.text.length < 300) growing.text += data;
    }
  }
  // Ends a cell: those of a row stay in one line.
  cell() {
    if (this.line.trim() !== '' && !this.line.endsWith('| ')) this.line += ' | ';
    for (const growing of this.growing) growing.text += ' ';
  }
  // Ends a line of plain text.
  flush() {
    const text = plain(this.line).replace(/ \|$/, '');
    this.line = '';
    if (text === '') return;
    const { depth, owner, shown, top } = this.lineContext;
    this.items.push({ k: 't', depth, text, shown, owner, top });
  }
  heading(level, element, growing) {
    this.headings = this.headings.filter((heading) => heading.level < level);
    this.headings.push({ level, element, growing });
  }
}

// What an element belongs to, from the nearest outwards: rows, items and sections tell like from like.
const itemTags = new Set(['tr', 'li', 'article', 'dd', 'figure']);
const itemRoles = new Set(['row', 'listitem', 'article', 'treeitem']);
const sectionTags = new Set(['fieldset', 'section', 'form', 'nav', 'aside', 'main', 'dialog', 'header', 'footer',
  'table', 'details', 'search']);
const sectionRoles = new Set(['group', 'radiogroup', 'region', 'dialog', 'alertdialog', 'tabpanel', 'form',
  'navigation', 'search', 'menu', 'listbox', 'toolbar', 'tablist', 'grid', 'table']);
// The first class says what it is, further ones say its state: "mail unread".
function isAlike(element, other) {
  return other && other.localName === element.localName && other.classList[0] === element.classList[0];
}
function groupOf(element, tag, role) {
  if (itemTags.has(tag) || itemRoles.has(role)) return { item: true, text: '', element };
  if (sectionTags.has(tag) || sectionRoles.has(role)) return { item: false, text: '', element };
  // Cards and rows made of nothing but alike boxes.
  const isBox = tag === 'div' && element.className && element.childElementCount > 1;
  if ((isBox || tag.includes('-')) &&
    (isAlike(element, element.previousElementSibling) || isAlike(element, element.nextElementSibling))) {
    return { item: true, text: '', element };
  }
  return null;
}
function groupName(group) {
  if (group.name !== undefined) return group.name;
  const { element } = group;
  const legend = element.localName === 'fieldset' ? element.querySelector(':scope > legend') : null;
  group.name = textByIDs(element, element.getAttribute('aria-labelledby')) ||
    plain(element.getAttribute('aria-label')) || plain(legend?.textContent) ||
    (element.localName === 'table' ? plain(element.caption?.textContent) : '') ||
    (group.item ? plain(group.text) : plain(group.heading?.text));
  return group.name = cut(group.name, 140);
}
// The text of the nearest row, item or card.
function itemText(group) {
  for (let near = group; near; near = near.outer) if (near.item) return cut(plain(near.text), 200);
  return '';
}
function surroundings(item, name) {
  const texts = [];
  const add = (text) => { if (text && text !== name && !texts.includes(text)) texts.push(text); };
  // A heading stands nearer than what it is in.
  const headings = item.headings.toReversed();
  for (let near = item.group; near; near = near.outer) {
    while (headings.length > 0 && contains(near.element, headings[0].element)) {
      add(cut(plain(headings.shift().growing.text), 140));
    }
    add(groupName(near));
  }
  for (const { growing } of headings) add(cut(plain(growing.text), 140));
  return texts.slice(0, 6);
}
