// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0

// Which elements can be used, and what is told of them.

const usableRoles = new Set(['button', 'link', 'checkbox', 'radio', 'switch', 'tab', 'menuitem', 'combobox',
  'menuitemcheckbox', 'menuitemradio', 'option', 'textbox', 'searchbox', 'slider', 'spinbutton', 'treeitem']);
function usableTag(element, tag) {
  switch (tag) {
    case 'button': case 'select': case 'textarea': case 'summary': return true;
    case 'a': case 'area': return element.hasAttribute('href');
    case 'input': return element.type !== 'hidden';
    case 'audio': case 'video': return element.controls;
    default: return false;
  }
}

// 2: made to be used. 1: it seems that it can be clicked. 0: no.
function usability(element, style, cursorAround) {
  const tag = element.localName;
  if (tag === 'html' || tag === 'body' || tag === 'label' && element.control) return 0;
  if (usableTag(element, tag) || isEditable(element)) return 2;
  if (element.hasAttribute('role') && usableRoles.has(roleOf(element))) return 2;
  if (element.hasAttribute('onclick') || element.hasAttribute('onmousedown')) return 1;
  if (listening.has(element) && !isContainer(element)) return 1;
  if (style.cursor === 'pointer' && cursorAround !== 'pointer') return 1;
  const tabIndex = element.getAttribute('tabindex');
  if (tabIndex !== null && Number(tabIndex) >= 0 && !/auto|scroll/.test(style.overflowY)) return 1;
  return element.draggable && tag !== 'img' ? 1 : 0;
}

// Boxes that listen to the clicks on what is in them.
function isContainer(element) {
  const box = rectOf(element);
  return element.childElementCount > 12 || box.width * box.height > innerWidth * innerHeight / 2 ||
    ['ul', 'ol', 'table', 'tbody', 'thead', 'form', 'main', 'nav'].includes(element.localName);
}

const toldAttributes = ['type', 'name', 'id', 'placeholder', 'title', 'alt', 'role', 'min', 'max', 'step',
  'pattern', 'maxlength', 'accept', 'autocomplete', 'target', 'download', 'data-testid'];
const flagAttributes = ['required', 'readonly', 'multiple', 'autofocus'];

function attributesOf(element, name) {
  const told = {};
  for (const key of toldAttributes) {
    const value = element.getAttribute(key);
    if (value) told[key] = cut(value, 200);
  }
  for (const key of flagAttributes) if (element.hasAttribute(key)) told[key] = 'true';
  for (const { name: key, value } of element.attributes) {
    if (key.startsWith('aria-') && value !== '' && !/^aria-(hidden|describedby|labelledby|controls|owns)$/.test(key)) {
      told[key] = cut(value, 200);
    }
  }
  if (element.localName === 'input' || (element.localName === 'button' && element.form)) told.type = element.type;
  const href = element.getAttribute('href');
  if (href !== null) told.href = cut(element.href?.baseVal ?? element.href ?? href, 500);
  if (name === '' && typeof element.className === 'string' && element.className) {
    told.class = cut(plain(element.className), 80);
  }
  return told;
}

const truth = (value) => value === 'true' ? true : value === 'false' ? false : undefined;

function valueOf(element) {
  if (element.type === 'password') return '';
  if (element.localName === 'select') {
    return [...element.selectedOptions].map((option) => plain(option.label)).join(', ');
  }
  if (element.type === 'file') return [...element.files ?? []].map((file) => file.name).join(', ');
  if (isEditable(element)) return (element.innerText ?? '').replace(/\n$/, '');
  if (isField(element)) return element.value;
  const role = element.getAttribute('role');
  if (role === 'slider' || role === 'spinbutton') {
    return element.getAttribute('aria-valuetext') ?? element.getAttribute('aria-valuenow') ?? '';
  }
  return '';
}

function stateOf(element, record) {
  if (element.type === 'checkbox' || element.type === 'radio') {
    if (element.localName === 'input' && !element.indeterminate) record.c = element.checked;
  } else {
    record.c = truth(element.getAttribute('aria-checked'));
  }
  record.e = truth(element.getAttribute('aria-expanded'));
  if (element.localName === 'summary' && element.parentElement?.localName === 'details') {
    record.e = element.parentElement.open;
  }
  record.s = truth(element.getAttribute('aria-selected'));
  if (isDisabled(element)) record.d = true;
  if (element.localName === 'select') {
    record.o = [...element.options].slice(0, 200).map((option) => cut(plain(option.label), 100));
  }
}
