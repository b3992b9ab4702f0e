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
  if (field.isContentEditable) return (field.innerText ?? '').replace(/\n$/, '');
  // What opens a calendar may be a button that shows the day.
  return ['button', 'li'].includes(field.localName) || field.value === undefined ? field.innerText ?? '' : field.value ?? '';
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

const groupLabel = (option) => option.parentElement?.localName === 'optgroup' ? plain(option.parentElement.label) : '';

// The options that a choice means: those of its group that are called so, or have that value, or the one in its place.
function optionsNamed(enabled, { name, group, position }) {
  let among = enabled;
  if (group) among = among.filter((option) => folded(groupLabel(option)) === folded(group));
  if (name !== '') {
    const tests = [(option) => option.label === name, (option) => folded(option.label) === folded(name),
      (option) => option.value === name, (option) => folded(option.value) === folded(name)];
    among = tests.map((test) => among.filter(test)).find((found) => found.length > 0) ?? [];
  }
  if (position) return among.at(position > 0 ? position - 1 : position) ? [among.at(position > 0 ? position - 1 : position)] : [];
  return among;
}

const optionText = (option) => groupLabel(option) ? `${plain(option.label)} (${groupLabel(option)})` : plain(option.label);

// Chooses options: exactly these (`replace`), these too (`add`), or all but these (`remove`); or says which one there is
// none of. Of several that are called alike the first is taken, as long as they mean the same.
function choose(number, wanted, mode) {
  const list = get(number);
  if (!list) return { ...gone };
  if (list.localName !== 'select') return { reason: 'it is no list to choose from' };
  const enabled = [...list.options].filter((option) => !option.disabled && !option.closest('optgroup:disabled'));
  const named = [];
  for (const choice of wanted) {
    const found = optionsNamed(enabled, choice);
    if (found.length === 0) return { missing: choice.name, options: enabled.map(optionText).slice(0, 50) };
    if (found.length > 1 && new Set(found.map((option) => groupLabel(option))).size > 1) {
      return { ambiguous: choice.name, options: found.map(optionText).slice(0, 50) };
    }
    named.push(found[0]);
  }
  if (!list.multiple && mode !== 'remove' && named.length > 1) return { reason: 'only one of its options can be chosen' };
  const isChosen = (option) => mode === 'replace' ? named.includes(option)
    : mode === 'remove' ? option.selected && !named.includes(option)
    : list.multiple ? option.selected || named.includes(option) : named.includes(option);
  const chosen = [...list.options].filter(isChosen);
  list.focus({ preventScroll: true });
  let isNew = false;
  for (const option of list.options) {
    const isWanted = chosen.includes(option);
    if (option.selected !== isWanted) { isNew = true; if (list.multiple || isWanted) option.selected = isWanted; }
  }
  if (mode === 'remove' && !list.multiple && isNew && chosen.length === 0) list.selectedIndex = -1;
  if (isNew) changed(list);
  const held = [...list.selectedOptions];
  const isSo = mode === 'remove' ? named.every((option) => !held.includes(option)) : named.every((option) => held.includes(option));
  return { chosen: named.map((option) => plain(option.label)), isSo };
}

const takesSeveral = (number) => get(number)?.multiple === true;

// Whether a box is on; null where nothing says so.
function isChecked(number) {
  const box = get(number);
  if (!box) return null;
  if ('checked' in box && box.localName === 'input') return box.checked;
  const inner = box.querySelector?.('input[type=checkbox], input[type=radio]');
  const said = box.getAttribute('aria-checked') ?? box.getAttribute('aria-pressed') ?? box.getAttribute('aria-selected');
  if (said !== null) return said === 'true';
  if (inner) return inner.checked;
  return box.hasAttribute('role') || /check|switch|toggle|radio|select/i.test(box.className?.baseVal ?? box.className ?? '')
    ? seemsChosen(box) : null;
}

// Whether something that unfolds is open; null where nothing says so.
function isExpanded(number) {
  const element = get(number);
  if (!element) return null;
  const details = element.localName === 'summary' ? element.parentElement : element;
  if (details?.localName === 'details') return details.open;
  const said = element.getAttribute('aria-expanded') ?? element.querySelector?.('[aria-expanded]')?.getAttribute('aria-expanded');
  if (said !== null && said !== undefined) return said === 'true';
  const controlled = element.getAttribute('aria-controls')?.split(/\s+/)[0];
  const panel = controlled ? element.getRootNode().getElementById?.(controlled) : null;
  return panel ? isShown(panel) : null;
}

// What is clicked to open or close something: of an entry with others inside, its own line, and what listens in it.
function toggleOf(number) {
  const element = get(number);
  if (!element || !element.querySelector('ul, ol, [role=group], [role=tree]')) return number;
  const own = [...element.querySelectorAll('*')].filter((inner) =>
    inner.parentElement.closest('ul, ol, [role=group], [role=treeitem], li') === element && !inner.matches('ul, ol, [role=group]') &&
    isShown(inner));
  const toggle = own.find((inner) => inner.matches('button, summary, [aria-expanded], [role=button]')) ??
    own.find((inner) => listening.has(inner) || inner.hasAttribute('onclick')) ??
    own.find((inner) => getComputedStyle(inner).cursor === 'pointer') ?? own.find((inner) => plain(inner.textContent) !== '');
  return toggle ? numberOf(toggle) : number;
}

// The fields of a group that take one character each, from this one on, if there are just so many.
function boxGroup(number, count) {
  const first = get(number);
  const isSmall = (field) => field.localName === 'input' && ['text', 'tel', 'number', 'password'].includes(field.type) && !field.disabled &&
    (field.maxLength === 1 || rectOf(field).width <= 70 && field.maxLength !== 0) && isShown(field);
  if (!first || !isSmall(first)) return [];
  for (let around = parentOf(first), depth = 0; around?.querySelectorAll && depth < 4; around = parentOf(around), depth += 1) {
    const top = rectOf(first).top;
    const group = [...around.querySelectorAll('input')].filter((field) => isSmall(field) &&
      Math.abs(rectOf(field).top - top) < 4 && Math.abs(rectOf(field).width - rectOf(first).width) < 3);
    const rest = group.slice(group.indexOf(first));
    if (rest.length === count && count > 1) return rest.map(numberOf);
  }
  return [];
}

// What is to be known of a field before a text of so many characters is typed.
function fieldInfo(number, count) {
  return { isSecret: secret(number), boxes: count > 1 ? boxGroup(number, count) : [] };
}

// What kind of control a value can be given to.
function controlKind(number) {
  const element = get(number);
  if (!element) return 'gone';
  if (['date', 'time', 'month', 'week', 'datetime-local', 'color', 'range'].includes(element.type)) return 'native';
  const role = roleOf(element);
  if (isField(element)) return element.readOnly || element.getAttribute('aria-readonly') === 'true' ? 'readonly' : 'text';
  if (element.localName === 'select') return 'select';
  const inner = element.querySelector?.('input[type=range]');
  if (inner) return 'native';
  if (role === 'slider' || role === 'spinbutton' || role === 'scrollbar') return 'slider';
  return 'other';
}

// How a field wants to be written, as far as the page says so near it.
function statedForm(number) {
  const field = get(number);
  if (!field) return '';
  const described = textByIDs(field, field.getAttribute('aria-describedby'));
  return [field.placeholder, field.title, field.getAttribute('data-format'), field.getAttribute('data-date-format'), described,
    nameOf(field, ''), field.getAttribute('pattern'), plain(field.nextElementSibling?.textContent)].filter(Boolean).join(' \n ');
}

function content(number) {
  const element = get(number);
  if (!element?.isConnected) return null;
  if (isField(element) || element.localName === 'select' || element.localName === 'input') {
    return element.localName === 'input' && !isField(element) ? nameOf(element, '') : valueOf(element);
  }
  return (element.innerText ?? element.textContent ?? '').trim();
}
