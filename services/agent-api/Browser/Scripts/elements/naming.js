// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0

// What an element is and what it is called (ARIA in HTML, section 4; Accessible Name and Description Computation
// 1.2, section 4.3, without the parts that only matter for reading aloud).

const plain = (text) => (text ?? '').replace(/[\s\u200b\u00a0]+/g, ' ').trim();
const cut = (text, length) => text.length > length ? text.slice(0, length - 1) + '…' : text;

const fieldTypes = new Set(['text', 'search', 'email', 'url', 'tel', 'password', 'number', 'date', 'time',
  'month', 'week', 'datetime-local', 'color', 'range']);
const isEditable = (element) => element.isContentEditable && !element.parentElement?.isContentEditable;
function isField(element) {
  if (element.localName === 'input') return fieldTypes.has(element.type);
  return element.localName === 'textarea' || isEditable(element);
}

function roleOf(element) {
  const given = element.getAttribute('role')?.trim().split(/\s+/)[0].toLowerCase();
  return given ? given : nativeRole(element);
}
function nativeRole(element) {
  switch (element.localName) {
    case 'a': case 'area': return element.hasAttribute('href') ? 'link' : '';
    case 'button': case 'summary': return 'button';
    case 'select': return element.multiple || element.size > 1 ? 'listbox' : 'combobox';
    case 'textarea': return 'textbox';
    case 'option': return 'option';
    case 'img': return 'img';
    case 'input':
      switch (element.type) {
        case 'button': case 'submit': case 'reset': case 'image': case 'file': return 'button';
        case 'checkbox': return 'checkbox';
        case 'radio': return 'radio';
        case 'number': return 'spinbutton';
        case 'range': return 'slider';
        case 'search': return element.list ? 'combobox' : 'searchbox';
        default: return element.list ? 'combobox' : 'textbox';
      }
  }
  return isEditable(element) ? 'textbox' : '';
}

function textByIDs(element, ids) {
  if (!ids) return '';
  const root = element.getRootNode();
  return plain(ids.split(/\s+/).map((id) => root.getElementById?.(id)?.textContent ?? '').join(' '));
}

// The text of a label without what its own controls say.
function labelText(label, control) {
  let text = '';
  const add = (node) => {
    if (node.nodeType === Node.TEXT_NODE) text += node.data;
    else if (node !== control && node.nodeType === Node.ELEMENT_NODE &&
      !['select', 'textarea', 'style', 'script', 'datalist'].includes(node.localName)) {
      if (node.localName === 'img') text += ` ${node.alt} `;
      for (const child of childrenOf(node)) add(child);
      text += ' ';
    }
  };
  add(label);
  return plain(text).replace(/\s*[:*]+$/, '');
}

// The name from everything but the element's content; what `content` is, the walk knows.
function nameOf(element, content) {
  const given = textByIDs(element, element.getAttribute('aria-labelledby')) ||
    plain(element.getAttribute('aria-label'));
  if (given) return given;
  if (element.labels) {
    const text = [...element.labels].map((label) => labelText(label, element)).filter(Boolean).join(' ');
    if (text) return text;
  }
  if (element.localName === 'input') {
    if (['button', 'submit', 'reset'].includes(element.type)) {
      const text = plain(element.value) || { submit: 'Submit', reset: 'Reset' }[element.type];
      if (text) return text;
    }
    if (element.type === 'image') return plain(element.alt) || plain(element.title) || 'Submit';
  }
  const holdsValue = isField(element) || element.localName === 'select' || element.localName === 'input';
  return (holdsValue ? '' : content) || plain(element.getAttribute('alt')) ||
    plain(element.getAttribute('title')) || plain(element.getAttribute('placeholder') ??
    element.getAttribute('aria-placeholder'));
}

// What an element is called in messages, and whether it is something else by now.
function label(number, meaning) {
  const element = get(number);
  if (!element) return '';
  const name = nowCalled(element) || meaning?.name || element.getAttribute('name') || element.id || element.localName;
  const told = { label: cut(name.replace(/\s*[:*]+$/, ''), 60) };
  const other = element.isConnected ? otherMeaning(element, meaning) : null;
  if (other) told.changed = other;
  return told;
}
const secret = (number) => get(number)?.type === 'password';
