// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0

// What an action changes on the page: what was there before is kept until it is asked for.

const statefulControls = 'input, select, textarea, details, [contenteditable], [aria-checked], [aria-selected], [aria-expanded], ' +
  '[aria-pressed], [aria-valuenow], [aria-current]';
let watch = null;

function shownLines() {
  const text = document.body?.innerText ?? '';
  const lines = new Map();
  for (const line of text.slice(0, 200_000).split('\n')) {
    const told = plain(line);
    if (told !== '') lines.set(told, (lines.get(told) ?? 0) + 1);
  }
  return lines;
}

function stateText(element) {
  const parts = [];
  if (element.type === 'password') parts.push(element.value === '' ? '' : `${element.value.length} characters`);
  else if (element.type === 'checkbox' || element.type === 'radio') parts.push(element.checked ? 'checked' : 'unchecked');
  else if (element.localName === 'select') parts.push([...element.selectedOptions].map((option) => plain(option.label)).join(', '));
  else if (element.localName === 'details') parts.push(element.open ? 'open' : 'closed');
  else if (element.isContentEditable) parts.push(cut(plain(element.textContent), 100));
  else if (typeof element.value === 'string') parts.push(cut(element.value, 100));
  for (const name of ['checked', 'selected', 'expanded', 'pressed', 'valuenow', 'current']) {
    const value = element.getAttribute(`aria-${name}`);
    if (value !== null) parts.push(`${name} ${value}`);
  }
  if (element.disabled) parts.push('disabled');
  return parts.join(' ');
}

function controlStates() {
  const states = new Map();
  for (const element of document.querySelectorAll(statefulControls)) {
    if (states.size >= 1000) break;
    states.set(element, stateText(element));
  }
  return states;
}

// Drawings have nothing but their pixels.
function drawings() {
  let all = '';
  let count = 0;
  for (const canvas of document.querySelectorAll('canvas')) {
    if (count >= 2 || canvas.width * canvas.height > 600_000) continue;
    count += 1;
    try { all += canvas.toDataURL('image/png'); } catch { all += '?'; }
  }
  return all;
}

function begin() {
  watch?.observer.disconnect();
  const now = { changes: 0, hasScrolled: false, focus: active(), lines: shownLines(), states: controlStates(), drawings: drawings(), title: document.title };
  const take = (records) => {
    for (const { target, type, attributeName } of records) {
      if (type === 'attributes' && ['tabindex', 'aria-activedescendant'].includes(attributeName)) continue;
      const element = target.nodeType === Node.ELEMENT_NODE ? target : target.parentElement;
      if (!element || ['head', 'script', 'style', 'link', 'meta', 'title'].includes(element.localName)) continue;
      now.changes += 1;
    }
  };
  now.observer = new MutationObserver(take);
  now.take = () => take(now.observer.takeRecords());
  const options = { subtree: true, childList: true, attributes: true, characterData: true };
  now.observer.observe(document.documentElement ?? document, options);
  for (const root of openRoots()) now.observer.observe(root, options);
  now.onScroll = () => { now.hasScrolled = true; };
  document.addEventListener('scroll', now.onScroll, { capture: true, passive: true });
  watch = now;
}

function differences(before, after, told) {
  for (const [line, count] of before) {
    if (told.length >= 20) return;
    if ((after.get(line) ?? 0) < count) told.push(cut(line, 120));
  }
}

// What has changed since `begin`; null where nothing was kept, as in a document that has come since. With `ends`, nothing
// is kept any more.
function effects(ends) {
  if (!watch) return null;
  const now = watch;
  now.take();
  const appeared = [], disappeared = [], changed = [];
  const lines = shownLines();
  differences(lines, now.lines, appeared);
  differences(now.lines, lines, disappeared);
  for (const [element, before] of now.states) {
    if (changed.length >= 20 || !element.isConnected) continue;
    const state = stateText(element);
    if (state === before) continue;
    const name = cut(nowCalled(element) || element.name || element.id || element.localName, 60);
    changed.push(`"${name}" is now ${element.type === 'password' ? 'changed' : `"${state}"`}`);
  }
  if (document.title !== now.title) appeared.push(cut(`title: ${plain(document.title)}`, 120));
  const told = { appeared, disappeared, changed, scrolled: now.hasScrolled, focus: active() !== now.focus,
    different: now.changes > 0 || now.drawings !== '' && now.drawings !== drawings() };
  if (ends) {
    now.observer.disconnect();
    document.removeEventListener('scroll', now.onScroll, { capture: true });
    watch = null;
  }
  return told;
}
