// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0

// What is told of each node: its name, the text that stands near it, and what it is.

function nameNode(node) {
  const { element, role } = node;
  if (node.name !== undefined) return;
  if (role === 'text') { node.name = ''; return; }
  if (role === 'shape' || role === 'canvas' || role === 'img') {
    node.name = plain(element.getAttribute('aria-label')) || plain(element.getAttribute('alt')) || plain(element.getAttribute('title')) ||
      plain(element.querySelector?.('title')?.textContent);
    return;
  }
  const content = node.usable || textual.has(role) ? plain(node.text) || plain(element.querySelector?.('svg > title')?.textContent) ||
    plain(element.querySelector?.('img[alt]')?.alt) : '';
  node.name = cut(nameOf(element, content), 300);
  if (node.name === '' && !node.usable) {
    const legend = element.localName === 'fieldset' ? element.querySelector(':scope > legend') : element.caption ?? null;
    node.name = cut(plain(legend?.textContent), 200);
  }
}

// A text that stands near a control without being tied to it.
function labelNear(node, texts) {
  const { box } = node;
  const isBox = ['checkbox', 'radio', 'switch'].includes(node.role);
  const middle = (box.top + box.bottom) / 2;
  let best = '', nearest = Infinity;
  for (const text of texts) {
    const other = text.box;
    if (other.right === other.left || !text.isRun && contains(text.element, node.element)) continue;
    const isBeside = other.top < middle && other.bottom > middle;
    let distance = Infinity;
    if (isBeside && other.right <= box.left + 4) distance = box.left - other.right + (isBox ? 60 : 0);
    else if (isBeside && other.left >= box.right - 4) distance = other.left - box.right + (isBox ? 0 : 120);
    else if (other.bottom <= box.top + 4 && other.left < box.right && other.right > box.left - 4) {
      distance = (box.top - other.bottom) * 2 + 40 + Math.abs(other.left - box.left) / 4 + (isBox ? 100 : 0);
    }
    if (text.group !== node.group) distance += 40;
    if (distance < nearest && distance < 320) { nearest = distance; best = text.label; }
  }
  return best.replace(/\s*[:*]+$/, '');
}

const wantsLabel = (node) => node.usable > 0 && (isField(node.element) || ['select', 'input'].includes(node.element.localName) ||
  ['checkbox', 'radio', 'switch', 'slider', 'spinbutton', 'combobox', 'listbox', 'textbox'].includes(node.role)) &&
  !['submit', 'button', 'reset', 'image', 'file'].includes(node.element.type);

const hasField = (element) => element.querySelector?.('input, select, textarea, [contenteditable], [role]') != null;

// A paragraph has texts between its fields: "Street [ ] City [ ]".
function textsBetween(node) {
  const found = [];
  for (const child of node.element.childNodes) {
    const label = child.nodeType === 3 ? plain(child.data) : '';
    if (label === '' || label.length > 80 || label.split(' ').length > 8) continue;
    const range = document.createRange();
    range.selectNodeContents(child);
    found.push({ element: node.element, isRun: true, box: range.getBoundingClientRect(), label, group: node });
  }
  return found;
}

function findLabels(nodes) {
  const controls = nodes.filter((node) => wantsLabel(node) && !node.element.labels?.length &&
    !node.element.hasAttribute('aria-label') && !node.element.hasAttribute('aria-labelledby'));
  if (controls.length === 0) return;
  const texts = [];
  for (const node of nodes) {
    if (node.usable || !['text', 'label', 'cell', 'columnheader', 'rowheader', 'paragraph', 'term', 'heading', 'definition'].includes(node.role)) continue;
    if (!node.isRun && hasField(node.element)) { texts.push(...textsBetween(node)); continue; }
    const label = plain(node.text);
    // A sentence is no label.
    if (label === '' || label.length > 80 || /[.!]$/.test(label) || label.split(' ').length > 8) continue;
    const { control } = node.element;
    if (control && control !== null) continue;
    let { box } = node;
    if (!node.isRun) {
      const range = document.createRange();
      range.selectNodeContents(node.element);
      box = range.getBoundingClientRect();
    }
    texts.push({ element: node.element, isRun: node.isRun, box, label, group: node.parent });
  }
  for (const node of controls.slice(0, 300)) node.near = cut(labelNear({ ...node, group: node.parent }, texts), 120);
}

function tellNode(node) {
  const { element, told } = node;
  const { box } = node;
  const text = plain(node.text).replace(/( \|)+$/, '').replace(/(\| )+/g, '| ');
  told.i = numberOf(element);
  told.p = node.parent ? node.parent.index : -1;
  told.t = element.localName;
  told.r = node.role;
  if (node.name) told.n = node.name;
  if (node.near) told.ln = node.near;
  if (text) told.x = cut(text, longestText);
  told.b = [box.left, box.top, box.right - box.left, box.bottom - box.top].map((edge) => Math.round(edge * 10) / 10);
  if (node.shown) told.in = 1;
  if (element.getAttribute('aria-multiselectable') === 'true') told.mu = 1;
  if (node.usable) { told.u = node.usable; controlOf(element, node.role, told); }
  else if (['option', 'tab', 'row', 'treeitem', 'gridcell', 'listitem', 'cell'].includes(node.role)) {
    const selected = truth(element.getAttribute('aria-selected'));
    if (selected !== undefined || seemsChosen(element)) told.s = selected ?? true;
    const expanded = truth(element.getAttribute('aria-expanded'));
    if (expanded !== undefined) told.e = expanded;
  }
  if (node.usable && told.s === undefined && !isField(element) && seemsChosen(element)) told.s = true;
  if (element.localName === 'details') told.e = element.open;
  if (node.hidden) told.hd = 1;
  if (node.isCovered) told.cv = 1;
  const level = node.level ?? Number(element.getAttribute('aria-level'));
  if (level) told.l = level;
  if (node.row !== undefined) { told.rw = node.row; told.cl = node.column; }
  if (node.shape) { told.sh = node.shape; told.sz = Math.round(Math.max(box.width, box.height)); }
  if (node.color) told.co = node.color;
  if (listening.has(element) || element.hasAttribute('onclick')) told.li = 1;
  if (element.draggable && element.localName !== 'img' && element.localName !== 'a') told.dr = 1;
  if (node.isRepeated) told.rp = 1;
  if (node.scrolls) {
    told.sc = 1;
    if (element.scrollTop > 1) told.su = 1;
    if (element.scrollTop + element.clientHeight < element.scrollHeight - 1) told.sd = 1;
  }
  if (node.role !== 'text' && (node.usable || node.role !== '' || element.id || element.className)) {
    const hints = hintsOf(element);
    if (hints.length > 0) told.h = hints;
  }
  const address = element.href?.baseVal ?? element.href ?? (['img', 'iframe'].includes(element.localName) ? element.src : '');
  if (typeof address === 'string' && address && !address.startsWith('data:')) told.a = cut(address, 500);
  if (node.origin) told.fo = node.origin;
  return told;
}
