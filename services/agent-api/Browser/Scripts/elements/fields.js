// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0

// Fields, lists and boxes: what they hold and how that is changed.

// Puts the cursor into a field; with `all`, all of its content is selected, else the cursor stands at its end.
// Fields without a text to type into are told apart.
function focus(number, all) {
  const field = get(number);
  if (!field) return null;
  field.focus({ preventScroll: true });
  if (['date', 'time', 'month', 'week', 'datetime-local', 'color', 'range'].includes(field.type)) return 'set';
  if (field.isContentEditable) {
    const range = document.createRange();
    range.selectNodeContents(field);
    if (!all) range.collapse(false);
    const selection = getSelection();
    selection.removeAllRanges();
    selection.addRange(range);
  } else if (isField(field)) {
    if (all) field.select();
    // Numbers and addresses have no cursor that could be set.
    else try { field.setSelectionRange(field.value.length, field.value.length); } catch {}
  } else {
    return 'none';
  }
  return held(number) === '' ? 'empty' : 'selected';
}

function held(number) {
  const field = get(number);
  if (!field) return '';
  return field.isContentEditable ? (field.innerText ?? '').replace(/\n$/, '') : field.value ?? '';
}

const changed = (field) => {
  field.dispatchEvent(new Event('input', { bubbles: true, composed: true }));
  field.dispatchEvent(new Event('change', { bubbles: true }));
};

// For controls that are set as a whole: a date, a time, a colour, a place between two ends.
function setValue(number, text) {
  const field = get(number);
  if (!field) return null;
  const before = field.value;
  field.value = field.type === 'color' ? text.toLowerCase() : text;
  const now = field.value;
  const isNoColour = field.type === 'color' && !/^#[0-9a-f]{6}$/i.test(text);
  if (isNoColour || text !== '' && (now === '' || field.type === 'range' && Number(now) !== Number(text))) {
    field.value = before;
    const range = field.type === 'range' ? `${field.min || 0} to ${field.max || 100}` : '';
    return { refused: field.type, range };
  }
  if (now !== before) changed(field);
  return { value: now };
}

function optionLabels(list) {
  return [...list.options].map((option) => plain(option.label));
}
function options(number) {
  const list = get(number);
  return list?.localName === 'select' ? optionLabels(list) : null;
}

const folded = (text) => plain(text).normalize('NFKC').toLowerCase();

// Chooses exactly these options, each named by its text or its value; or says which one there is none of.
function choose(number, wanted) {
  const list = get(number);
  if (!list) return { ...gone };
  if (list.localName !== 'select') return { reason: 'it is no list to choose from' };
  const enabled = [...list.options].filter((option) => !option.disabled && !option.closest('optgroup:disabled'));
  const chosen = [];
  for (const text of wanted) {
    const option = enabled.find((option) => option.label === text) ??
      enabled.find((option) => folded(option.label) === folded(text)) ??
      enabled.find((option) => option.value === text) ??
      enabled.find((option) => folded(option.value) === folded(text));
    if (!option) return { missing: text, options: enabled.map((option) => plain(option.label)).slice(0, 50) };
    chosen.push(option);
  }
  if (!list.multiple && chosen.length > 1) return { reason: 'only one of its options can be chosen' };
  list.focus({ preventScroll: true });
  let isNew = false;
  for (const option of list.options) {
    const isWanted = chosen.includes(option);
    if (option.selected !== isWanted) { isNew = true; if (list.multiple || isWanted) option.selected = isWanted; }
  }
  if (isNew) changed(list);
  return { chosen: chosen.map((option) => plain(option.label)) };
}

const takesSeveral = (number) => get(number)?.multiple === true;

function isChecked(number) {
  const box = get(number);
  if (!box) return null;
  return 'checked' in box && box.localName === 'input' ? box.checked
    : (box.getAttribute('aria-checked') ?? box.getAttribute('aria-pressed')) === 'true';
}

function content(number) {
  const element = get(number);
  if (!element?.isConnected) return null;
  if (isField(element) || element.localName === 'select' || element.localName === 'input') {
    return element.localName === 'input' && !isField(element) ? nameOf(element, '') : valueOf(element);
  }
  return (element.innerText ?? element.textContent ?? '').trim();
}
