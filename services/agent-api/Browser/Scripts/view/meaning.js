// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0

// What a node of the view is, from what the document says and from its style where it does not.

const nativeRoles = { table: 'table', tr: 'row', td: 'cell', ul: 'list', ol: 'list', menu: 'list', dl: 'list', li: 'listitem',
  dt: 'term', dd: 'definition', form: 'form', fieldset: 'group', details: 'group', optgroup: 'group', dialog: 'dialog',
  nav: 'navigation', article: 'article', section: 'region', main: 'main', aside: 'complementary', header: 'banner',
  footer: 'contentinfo', search: 'search', p: 'paragraph', pre: 'paragraph', blockquote: 'paragraph', figure: 'figure', canvas: 'canvas',
  iframe: 'frame', frame: 'frame', label: 'label', legend: 'label', output: 'status', progress: 'progressbar', meter: 'meter',
  video: 'video', audio: 'audio', hr: 'separator', address: 'group', thead: '', tbody: '' };
// Roles of boxes that stand in the tree whatever is in them.
const structural = new Set(['table', 'row', 'cell', 'columnheader', 'rowheader', 'gridcell', 'grid', 'list', 'listitem', 'form',
  'group', 'radiogroup', 'dialog', 'alertdialog', 'navigation', 'article', 'region', 'main', 'complementary', 'banner',
  'contentinfo', 'search', 'menu', 'menubar', 'listbox', 'tree', 'treegrid', 'tablist', 'tabpanel', 'toolbar', 'figure',
  'status', 'alert', 'feed', 'log', 'tooltip', 'term', 'definition', 'treeitem', 'progressbar', 'meter']);
// Roles whose texts are their own, without a node for each.
const textual = new Set(['heading', 'paragraph', 'listitem', 'cell', 'columnheader', 'rowheader', 'gridcell', 'label', 'term',
  'definition', 'status', 'alert', 'button', 'link', 'tab', 'option', 'menuitem', 'menuitemcheckbox', 'menuitemradio',
  'treeitem', 'checkbox', 'radio', 'switch', 'tooltip']);

function viewRole(element, tag) {
  const given = element.getAttribute('role')?.trim().split(/\s+/)[0].toLowerCase();
  if (given && given !== 'presentation' && given !== 'none') return given;
  if (/^h[1-6]$/.test(tag)) return 'heading';
  if (tag === 'th') return element.scope === 'row' || element.scope !== 'col' && element.cellIndex === 0 &&
    element.parentElement?.cells?.length > 1 && element.parentElement.querySelector('td') ? 'rowheader' : 'columnheader';
  if (tag === 'img' || tag === 'svg' || tag === 'picture') return 'img';
  if (isSVG(element)) return drawnTags.has(tag) ? 'shape' : '';
  return nativeRole(element) || (nativeRoles[tag] ?? '');
}

const letters = (text) => text.replace(/([a-z0-9])([A-Z])/g, '$1 $2').toLowerCase().split(/[^\p{L}\p{N}@.]+/u);
const noise = new Set(['', 'btn', 'div', 'span', 'col', 'row', 'icon', 'fa', 'fas', 'far', 'bi', 'ui', 'js', 'the', 'http', 'https', 'www']);

// Words of what people do not see and yet tells what something is for.
function hintsOf(element) {
  const words = new Set();
  const add = (text) => {
    for (const word of letters(cut(text ?? '', 200))) if (!noise.has(word) && words.size < 24) words.add(word);
  };
  const ofClass = (e) => typeof e.className === 'string' ? e.className : e.className?.baseVal ?? '';
  for (const { name, value } of element.attributes) {
    if (['id', 'name', 'title', 'placeholder', 'alt', 'value'].includes(name) && element.type !== 'password' || name.startsWith('data-')) {
      if (!(name === 'value' && isField(element))) add(value);
    }
  }
  add(ofClass(element));
  for (const child of element.children) {
    if (child.childElementCount === 0 && ['i', 'svg', 'img', 'span', 'use'].includes(child.localName) && !plain(child.textContent)) {
      add(ofClass(child));
      add(child.getAttribute('alt') ?? '');
    }
  }
  const href = element.getAttribute('href') ?? (element.localName === 'img' ? element.getAttribute('src') : null);
  if (href && !href.startsWith('data:') && !href.startsWith('javascript:')) {
    add(href.split(/[?#]/)[0].split('/').filter(Boolean).at(-1)?.replace(/\.\w{2,5}$/, ''));
  }
  return [...words];
}

const chosenClass = /(^|[\s_-])(active|selected|checked|current|is-on|on|pressed)($|[\s_-])/i;
const seemsChosen = (element) => chosenClass.test(typeof element.className === 'string' ? element.className : '');

function optionsOf(element) {
  const list = element.localName === 'select' ? element.options : element.list?.options;
  if (!list) return null;
  const told = [];
  for (const option of list) {
    if (told.length >= 500) break;
    const group = option.parentElement?.localName === 'optgroup' ? option.parentElement : null;
    const label = plain(option.label) || plain(option.value);
    told.push([cut(label, 200), cut(option.value, 200), plain(group?.label), option.selected && element.localName === 'select' ? 1 : 0,
      option.disabled || group?.disabled ? 1 : 0]);
  }
  return told;
}

// What is told of a control beyond its name.
function controlOf(element, role, told) {
  if (element.localName === 'input') told.it = element.type;
  if (element.type === 'password') told.pw = 1;
  if (isField(element) && !['color', 'range'].includes(element.type)) told.ed = 1;
  const value = valueOf(element);
  if (value) told.v = cut(value, 2000);
  for (const [key, name] of [['ph', 'placeholder'], ['mn', 'min'], ['mx', 'max'], ['st', 'step']]) {
    const given = element.getAttribute(name) ?? element.getAttribute({ mn: 'aria-valuemin', mx: 'aria-valuemax', ph: 'aria-placeholder' }[key] ?? 'x');
    if (given) told[key] = cut(given, 200);
  }
  const options = optionsOf(element);
  if (options) told.o = options;
  const state = {};
  stateOf(element, state);
  if (state.c === undefined && ['checkbox', 'switch', 'radio'].includes(role) && element.localName !== 'input') state.c = seemsChosen(element);
  if (state.c !== undefined) told.c = state.c;
  if (state.e !== undefined) told.e = state.e;
  if (state.s !== undefined) told.s = state.s;
  const current = element.getAttribute('aria-current');
  if (current && current !== 'false') told.s = true;
  const pressed = truth(element.getAttribute('aria-pressed'));
  if (pressed !== undefined) told.pr = pressed;
  if (state.d) told.d = 1;
  if (element.readOnly || element.getAttribute('aria-readonly') === 'true') told.ro = 1;
  if (element.required || element.getAttribute('aria-required') === 'true') told.rq = 1;
  if (element.multiple || element.getAttribute('aria-multiselectable') === 'true') told.mu = 1;
  const popup = element.getAttribute('aria-haspopup');
  if (popup && popup !== 'false' || role === 'combobox' && element.localName !== 'select') told.pp = 1;
}
