// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0

// Entering what only some places may get: whether this is one of them is looked at in the same turn of the document's
// event loop in which the text goes in, so that nothing can come in between.

// The origin of this document and of those around it, from the inside out.
function origins() {
  return [self.origin, ...(location.ancestorOrigins ?? [])].map(String);
}
const isWithin = (wanted) => JSON.stringify(origins()) === JSON.stringify(wanted);

// The element that has the cursor, also in shadow roots.
function active() {
  let element = document.activeElement;
  while (element && shadow(element)?.activeElement) element = shadow(element).activeElement;
  return element;
}

const isActive = (number) => { const element = active(); return element !== null && contains(get(number) ?? null, element); };

// As if typed: in place of what is selected. Not by way of the browser's input, which goes to whatever has the cursor
// by then. A page may have moved the cursor in answer to the focus; then the value is set.
function insert(field, text, all) {
  const before = field.isContentEditable ? null : field.value;
  const hasCursor = active() === field || field.isContentEditable && active()?.contains(field);
  if (hasCursor && document.execCommand('insertText', false, text)) return true;
  if (before === null || field.value !== before) return field.value !== before;
  const own = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(field), 'value');
  own.set.call(field, (all ? '' : before) + text);
  changed(field);
  return true;
}

// Puts a text into a field, if the document is where it is meant for.
function enterConfidential(number, text, all, wanted) {
  const field = get(number);
  if (!field?.isConnected) return { ...gone };
  if (!isWithin(wanted)) return { moved: origins() };
  const kind = focus(number, all);
  if (kind === 'none') return { reason: 'it is no field to type into' };
  if (kind === 'set') return setValue(number, text)?.refused ? { reason: 'it does not take that value' } : {};
  return insert(field, text, all) ? {} : { reason: 'it does not take a text' };
}

// Whether the cursor is in a field here (`field`), in a frame that is in this document (`frame`), or neither.
function cursor() {
  const element = active();
  if (!element) return 'none';
  if (['iframe', 'frame'].includes(element.localName)) return 'frame';
  return isField(element) && !element.readOnly && !element.disabled ? 'field' : 'none';
}

// The same where the cursor is.
function enterAtCursor(text, wanted) {
  const field = active();
  if (cursor() !== 'field') return { reason: 'the cursor is in no field' };
  if (!isWithin(wanted)) return { moved: origins() };
  return insert(field, text, false) ? {} : { reason: 'the field does not take a text' };
}

// Texts that stand in fields for all to see.
function heldTexts() {
  const texts = [];
  const collect = (root) => {
    for (const element of root.querySelectorAll('*')) {
      if (['input', 'textarea', 'select'].includes(element.localName) && element.type !== 'password') {
        texts.push(element.value, element.placeholder ?? '');
      }
      const inner = shadow(element);
      if (inner) { texts.push(inner.textContent ?? ''); collect(inner); }
    }
  };
  collect(document);
  texts.push(document.title, document.body?.innerText ?? '', document.body?.textContent ?? '');
  return texts.join('\n');
}
