// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0

// All that the page shows, as a tree: what sentences can speak of.

const viewLimit = 5000;
const longestText = 2000;

class View {
  nodes = [];
  // Nodes around the current place, whose texts still grow.
  open = [];
  hosts = [];
  // Controls that stand in the tree in the place of their labels.
  controls = new Set();
  run = null;
  isCut = false;

  get parent() { return this.open.at(-1) ?? null; }

  add(element, role, box, extra) {
    const node = { element, role, box, parent: this.parent, text: '', told: {}, kept: true, children: 0, ...extra };
    this.nodes.push(node);
    if (this.nodes.length >= viewLimit) this.isCut = true;
    return node;
  }

  text(node, context, element) {
    const { data } = node;
    if (data.trim() === '') {
      if (this.run) this.run.text += ' ';
      for (const node of this.open) if (node.text.length < longestText) node.text += ' ';
      return;
    }
    for (const node of this.open) if (node.text.length < longestText) node.text += data;
    if (!this.run || this.run.parent !== this.parent) {
      this.endRun();
      this.run = { parent: this.parent, block: context.block, text: '', pieces: [], shown: context.shown, first: node, last: node };
    }
    this.run.text += data;
    this.run.last = node;
    const last = this.run.pieces.at(-1);
    if (last?.element === element) last.text += data;
    else this.run.pieces.push({ element, text: data });
  }

  endRun() {
    const { run } = this;
    this.run = null;
    if (!run || run.text.trim() === '') return;
    const { pieces } = run;
    const carries = run.parent && (run.parent.usable > 0 || textual.has(run.parent.role));
    let outer = run.parent;
    if (!carries) {
      const element = pieces.length === 1 ? pieces[0].element : run.block;
      outer = this.add(element, 'text', textBox(run), { parent: run.parent, text: run.text, shown: run.shown, isRun: true });
    }
    if (pieces.length < 2) return;
    for (const piece of pieces) {
      if (piece.text.trim() === '' || piece.element === outer?.element) continue;
      this.add(piece.element, 'text', rectOf(piece.element), { parent: outer, text: piece.text, shown: run.shown });
    }
  }

  separate(mark = ' ') {
    for (const node of this.open) if (node.text.length < longestText && node.text !== '') node.text += mark;
  }
}

// Where a run of text stands, without the boxes beside it.
function textBox(run) {
  const range = document.createRange();
  range.setStartBefore(run.first);
  range.setEndAfter(run.last);
  return range.getBoundingClientRect();
}

class ViewContext extends Surround {
  constructor(outer) {
    super(outer);
    this.block = outer?.block ?? document.documentElement;
    this.background = outer?.background ?? 'rgb(255, 255, 255)';
    this.color = outer?.color ?? '';
    this.table = outer?.table ?? null;
    this.row = outer?.row ?? null;
    this.shapes = outer?.shapes ?? null;
  }
}

function viewFrame(element, context, style, view) {
  const box = rectOf(element);
  if (box.width < 2 || box.height < 2 || style.visibility !== 'visible' || context.opacity === 0) return;
  const place = within(box, context.clips);
  if (place.gone) return;
  const name = plain(element.title) || plain(element.getAttribute('aria-label')) || element.name;
  view.add(element, 'frame', box, { shown: place.shown, name, origin: contentOrigin(element) });
}

// A place in a table, where the element is a cell.
function cellOf(element, role, context) {
  if (['table', 'grid', 'treegrid'].includes(role)) context.table = { rows: 0 };
  if (role === 'row' && context.table) context.row = { row: context.table.rows++, column: 0 };
  if (!context.row || !['cell', 'columnheader', 'rowheader', 'gridcell'].includes(role)) return {};
  const cell = { row: context.row.row, column: context.row.column };
  context.row.column += element.colSpan || Number(element.getAttribute('aria-colspan')) || 1;
  return cell;
}

// A control that is hidden behind its label.
function viewLabelled(label, context, view) {
  const { control } = label;
  if (!control || view.controls.has(control) || isDrawn(control) || !isDrawn(label) || closest(control, '[inert]')) return;
  const style = getComputedStyle(control);
  const place = listable(control, context, style);
  if (!place || place.target === control) return;
  view.endRun();
  view.controls.add(control);
  view.add(control, viewRole(control, control.localName), place.box, { shown: place.shown, usable: 2, target: place.target });
}

function isDecorated(style, outer) {
  return channels(style.backgroundColor) && style.backgroundColor !== outer.background ||
    parseFloat(style.borderTopWidth) > 0 && parseFloat(style.borderBottomWidth) > 0 || style.boxShadow !== 'none';
}

// Whether the mouse reaches something else at an element's place.
function isCoveredAt(element, box) {
  const seen = meet(box, viewport());
  if (!area(seen)) return false;
  const { x, over } = reach(element, element, seen);
  return x === undefined && over !== null && over !== undefined && !contains(over, element);
}

function viewElement(element, outer, view) {
  const tag = element.localName;
  if (tag === 'br') { view.separate(); if (view.run) view.run.text += ' '; return; }
  if (view.isCut) return;
  if (element.inert || view.controls.has(element)) return;
  const isHiddenFromReaders = element.getAttribute('aria-hidden') === 'true';
  const style = getComputedStyle(element);
  const { display } = style;
  const isFile = tag === 'input' && element.type === 'file';
  if ((display === 'none' || display === '') && !isFile) return;
  const isBlock = !display.startsWith('inline') && display !== 'contents' && !isSVG(element);
  if (isBlock) { view.endRun(); view.separate(); }
  const { position } = style;
  const context = new ViewContext(outer);
  const entered = enter(outer, style, position);
  for (const key of ['clips', 'isFixed', 'opacity', 'cursor']) context[key] = entered[key];
  if (element === modal) context.inModal = true;
  if (isBlock) context.block = element;
  if (mayHideRoot(element)) view.hosts.push(element);
  if (tag === 'iframe' || tag === 'frame') {
    view.endRun();
    if (!modal || context.inModal) viewFrame(element, context, style, view);
    return;
  }
  const role = viewRole(element, tag);
  const cell = cellOf(element, role, context);
  const isReachable = !modal || context.inModal;
  const usable = isReachable ? usability(element, style, outer.cursor) : 0;
  const box = rectOf(element);
  let place = null, isCovered = false;
  if (usable > 0) {
    place = listable(element, context, style);
    if (!place && area(box) && style.visibility === 'visible' && context.opacity > 0 && !within(box, context.clips).gone &&
      !(isHiddenFromReaders && usable < 2)) {
      const seen = within(box, context.clips);
      place = { target: element, box, shown: seen.shown };
      isCovered = true;
    }
  }
  const isVisible = style.visibility === 'visible' && context.opacity > 0 && area(box);
  const shape = isVisible && (isSVG(element) || tag === 'div' || tag === 'span' || tag === 'i') ? shapeOf(element, style, box) : '';
  const group = groupOf(element, tag, role);
  const isRepeated = group?.item === true && !itemTags.has(tag) && !itemRoles.has(role);
  const isImage = role === 'img' && isVisible && (tag !== 'svg' || box.width > 3);
  const scrolls = /auto|scroll/.test(style.overflow) && element !== document.documentElement && element !== document.body &&
    element.scrollHeight > element.clientHeight + 4 && element.clientHeight > 20 && !isField(element);
  const isMeant = structural.has(role) || textual.has(role) || role === 'heading' || tag === 'canvas' || isImage ||
    scrolls || isRepeated || shape !== '' || role === 'shape';
  let node = null;
  const isBox = isVisible && (tag === 'div' || tag === 'span' || tag.includes('-') || ['g', 'center', 'font'].includes(tag));
  if (place || isMeant && (isVisible || display === 'contents' || tag === 'tr' || structural.has(role) && element.firstChild !== null) || isBox && isBlock) {
    view.endRun();
    const isWeak = !place && !isMeant;
    node = view.add(element, role, place?.box ?? box, { shown: place ? place.shown : within(box, context.clips).shown === true });
    Object.assign(node, cell, { usable: place ? usable : 0, hidden: place?.hidden, target: place?.target, isCovered, shape,
      isRepeated, weak: isWeak, isDecorated: isWeak && isDecorated(style, outer), scrolls, tag });
    if (role === 'heading') node.level = Number(tag[1]) || Number(element.getAttribute('aria-level')) || 2;
    if (place || shape || textual.has(role) || role === 'shape') node.color = colorOf(element, style, outer, shape);
    view.open.push(node);
  }
  if (tag === 'label') viewLabelled(element, context, view);
  if (channels(style.backgroundColor)) context.background = style.backgroundColor;
  context.color = style.color;
  if (tag === 'img') {
    const alt = plain(element.alt);
    if (alt) for (const open of view.open) if (open !== node && open.text.length < longestText) open.text += ` ${alt} `;
  }
  const isOpaque = tag === 'input' || isField(element) || skipped.has(tag);
  if (!isOpaque && style.contentVisibility !== 'hidden' && !(isHiddenFromReaders && !isVisible)) {
    const depth = { depth: 0, clips: context.clips, positionedClips: context.positionedClips };
    clip(element, style, display, position, depth, { flush() {}, items: [] });
    context.clips = depth.clips;
    context.positionedClips = depth.positionedClips;
    viewChildren(element, context, style, display, view);
  }
  if (isBlock || node) view.endRun();
  if (node) {
    view.open.pop();
    if (['cell', 'columnheader', 'rowheader', 'gridcell'].includes(role)) view.separate(' | ');
  }
  if (isBlock) view.separate();
}

function viewChildren(element, context, style, display, view) {
  context.visibility = style.visibility;
  const children = childrenOf(element);
  const box = rectOf(element);
  let isGone = style.visibility !== 'visible' || context.opacity === 0 || modal !== null && !context.inModal;
  if (!isGone && display !== 'contents' && !isSVG(element)) {
    const place = within(box, context.clips);
    isGone = place.gone === true || box.width <= 1 && box.height <= 1;
    context.shown = place.shown ?? false;
  }
  for (const child of children) {
    if (child.nodeType === 3) {
      if (!isGone) view.text(child, context, element);
    } else if (child.nodeType === 1) {
      viewElement(child, context, view);
    }
  }
}

// Plain boxes stay where they tell something of what is in them.
function settleView(view) {
  const { nodes } = view;
  for (const node of nodes) if (node.parent) node.parent.children += 1;
  for (const node of nodes.toReversed()) {
    const stays = !node.weak || node.children >= 2 || node.isDecorated && node.children > 0;
    if (stays) continue;
    node.kept = false;
    if (node.parent && node.children === 0) node.parent.children -= 1;
  }
  const kept = nodes.filter((node) => node.kept);
  for (const node of kept) {
    while (node.parent && !node.parent.kept) node.parent = node.parent.parent;
  }
  for (const [index, node] of kept.entries()) node.index = index;
  return kept;
}

// JSON, then the nodes whose numbers are above `known` and frames, then hosts that may have a closed shadow root.
function survey(known) {
  const view = new View();
  findCovers();
  boxes = new Map();
  let nodes;
  try {
    if (document.body) viewElement(document.body, new ViewContext(null), view);
    view.endRun();
    nodes = settleView(view);
    for (const node of nodes) nameNode(node);
    // A group that says nothing of itself is called by the first heading in it.
    for (const node of nodes) {
      if (node.role !== 'heading') continue;
      for (let near = node.parent; near; near = near.parent) {
        if (!near.usable && !textual.has(near.role)) near.name ||= node.name;
      }
    }
    findLabels(nodes);
  } finally {
    boxes = null;
  }
  for (const host of view.hosts) probed.add(host);
  const told = nodes.map(tellNode);
  const isNew = (node) => numbers.get(node.element) > known;
  const fresh = [];
  const seen = new Set();
  for (const node of nodes) {
    if ((isNew(node) || node.role === 'frame') && !seen.has(node.element)) { seen.add(node.element); fresh.push(node.element); }
  }
  const focused = active();
  const { scrollHeight = 0, scrollWidth = 0 } = document.scrollingElement ?? {};
  return [JSON.stringify({ title: document.title, nodes: fresh.map(numberOf), last: lastNumber, cut: view.isCut,
    list: told, focus: focused && focused !== document.body && numbers.has(focused) ? numbers.get(focused) : 0,
    selection: cut(selectedText(), 2000), window: [innerWidth, innerHeight], page: [scrollX, scrollY, scrollWidth, scrollHeight] }),
  ...fresh, ...view.hosts];
}

function selectedText() {
  const element = active();
  if (element && ['input', 'textarea'].includes(element.localName) && element.type !== 'password') {
    try { return element.value.slice(element.selectionStart, element.selectionEnd); } catch { return ''; }
  }
  return String(getSelection() ?? '');
}
