// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0

// The walk through a document.

// More than this no planner reads, and no model either.
const limit = 6000;
// Where each listed element was and when, so that an action can tell whether it has moved since.
const lastSeen = new Map();

const skipped = new Set(['head', 'script', 'style', 'template', 'noscript', 'option', 'optgroup', 'datalist',
  'select', 'textarea', 'object', 'embed', 'canvas', 'iframe', 'frame', 'title', 'br', 'source', 'track']);

// What of a box can be seen now or after scrolling: `gone` when nobody can get there.
function within(box, clips) {
  let rest = rectangle(box.left, box.top, box.right, box.bottom), shown = true;
  for (let clip = clips; clip; clip = clip.outer) {
    const seen = meet(rest, clip.box);
    if (area(seen)) { rest = seen; continue; }
    if (!clip.scrolls) return { gone: true };
    rest = clip.box;
    shown = false;
  }
  const seen = meet(rest, viewport());
  // Nobody scrolls to the left or above of where a page begins.
  if (rest.right + scrollX <= 0 || rest.bottom + scrollY <= 0) return { gone: true };
  return { box: seen, shown: shown && area(seen) };
}

function listable(element, context, style) {
  const target = drawn(element);
  const box = boxOf(target);
  if (element.type === 'file' && target === element && !isDrawn(element)) {
    return { target, box, shown: false, hidden: true };
  }
  if (!area(box)) return null;
  if (target === element) {
    if (style.visibility !== 'visible') return null;
    const invisible = context.opacity * Number(style.opacity) === 0;
    if (invisible && !element.matches('input, select, textarea')) return null;
    if (invisible && reach(element).x === undefined) return null;
  }
  const place = within(box, target === element ? context.clips : null);
  if (place.gone) return null;
  if (context.isFixed && !area(meet(box, viewport()))) return null;
  // What lies over the whole window lies over what is scrolled into it too.
  if (!place.shown) return overlay && !contains(overlay, target) ? null : { target, box, shown: false };
  if (element.localName === 'area') return { target, box, shown: true };
  const seen = element.getClientRects().length > 1 ? visibleBox(target) : place.box;
  const { x, over } = reach(target, element, seen);
  if (x !== undefined || isDisabled(element)) return { target, box, shown: true };
  if (over && canBeFreed(target, over, box)) return { target, box, shown: true };
  return null;
}

function record(element, usable, place, context, collector) {
  const number = numberOf(element);
  const entry = { i: number, t: element.localName, r: roleOf(element), usable };
  const { box } = place;
  entry.b = [box.left, box.top, box.right - box.left, box.bottom - box.top].map((edge) => Math.round(edge));
  if (place.shown) entry.in = true;
  if (place.hidden) entry.hidden = true;
  lastSeen.set(number, { left: box.left + scrollX, top: box.top + scrollY, at: performance.now() });
  const item = { k: 'e', depth: context.depth, entry, element, text: '', group: context.group,
    headings: collector.headings };
  collector.items.push(item);
  collector.records.set(element, item);
  return item;
}

// What is true of all that is in an element. It is copied for each of them: a class keeps that quick.
class Surround {
  constructor(outer) {
    this.depth = outer?.depth ?? 0;
    this.clips = outer?.clips ?? null;
    this.positionedClips = outer?.positionedClips ?? null;
    this.isFixed = outer?.isFixed ?? false;
    this.opacity = outer?.opacity ?? 1;
    this.cursor = outer?.cursor ?? 'auto';
    this.visibility = outer?.visibility ?? 'visible';
    this.group = outer?.group ?? null;
    this.owner = outer?.owner ?? null;
    this.inModal = outer?.inModal ?? false;
    this.shown = outer?.shown ?? true;
    this.top = outer?.top ?? 0;
    this.isGone = outer?.isGone ?? false;
  }
}

function enter(context, style, position) {
  const inner = new Surround(context);
  if (position === 'fixed') { inner.clips = null; inner.isFixed = true; }
  if (position === 'absolute') inner.clips = context.positionedClips;
  const opacity = style.opacity;
  if (opacity !== '1') inner.opacity = context.opacity * Number(opacity);
  inner.cursor = style.cursor;
  return inner;
}

function clip(element, style, display, position, inner, collector) {
  if (element === document.documentElement || element === document.body || isField(element)) return;
  const overflow = style.overflow;
  if (overflow !== 'visible' && display !== 'inline') {
    const mayScroll = /auto|scroll/.test(overflow);
    const scrolls = mayScroll && (element.scrollHeight > element.clientHeight + 1 ||
      element.scrollWidth > element.clientWidth + 1);
    inner.clips = { box: rectOf(element), scrolls, outer: inner.clips };
    if (scrolls && /auto|scroll/.test(style.overflowY) && element.scrollHeight > element.clientHeight + 4 &&
      element.clientHeight > 20) {
      collector.flush();
      const height = element.clientHeight;
      const above = element.scrollTop / height;
      const below = (element.scrollHeight - height - element.scrollTop) / height;
      const name = nameOf(element, '');
      collector.items.push({ k: 's', depth: inner.depth, tag: element.localName, name, above, below });
      inner.depth += 1;
    }
  }
  if (position !== 'static' || inner.clips !== null && style.transform !== 'none') inner.positionedClips = inner.clips;
}

function visitFrame(element, context, style, collector) {
  const box = rectOf(element);
  if (box.width < 2 || box.height < 2 || style.visibility !== 'visible' || context.opacity === 0) return;
  const place = within(box, context.clips);
  if (place.gone) return;
  collector.flush();
  if (place.shown) {
    const { x, over } = reach(element, element, place.box);
    if (x === undefined && !(over && canBeFreed(element, over, box))) return;
  }
  const [left, top, scale] = contentOrigin(element);
  collector.items.push({ k: 'f', depth: context.depth, i: numberOf(element), shown: place.shown,
    o: [left, top, scale], name: plain(element.title) || plain(element.getAttribute('aria-label')) || element.name });
  collector.nodes.push(element);
}

function visitLabel(element, context, collector) {
  const control = element.control;
  if (control && !collector.records.has(control) && !isDrawn(control) && isDrawn(element) &&
    !closest(control, '[inert]')) {
    const style = getComputedStyle(control);
    const place = listable(control, context, style);
    if (place && place.target !== control) {
      collector.flush();
      record(control, 2, place, context, collector);
    }
  }
  return control;
}

function visitText(node, context, collector) {
  if (context.visibility !== 'visible' || context.opacity === 0 || context.isGone) return;
  collector.text(node.data, context);
}

function visit(element, outer, collector) {
  const tag = element.localName;
  if (tag === 'br') { collector.flush(); return; }
  if (collector.items.length >= limit) { collector.isCut = true; return; }
  if (element.inert || element.getAttribute('aria-hidden') === 'true') return;
  const style = getComputedStyle(element);
  const display = style.display;
  if (display === 'none' || display === '') {
    // A button of the page's own stands for such a field; files can be put into it all the same.
    const isFile = tag === 'input' && element.type === 'file' && display === 'none';
    if (isFile && (!modal || outer.inModal) && !collector.records.has(element)) {
      collector.flush();
      record(element, 2, listable(element, outer, style), outer, collector);
    }
    return;
  }
  const isCell = display === 'table-cell';
  const isBlock = !display.startsWith('inline') && display !== 'contents' && !isCell;
  if (isBlock) collector.flush();
  const position = style.position;
  const context = enter(outer, style, position);
  if (element === modal) context.inModal = true;
  if (mayHideRoot(element)) collector.hosts.push(element);
  if (tag === 'iframe' || tag === 'frame') {
    if (!modal || context.inModal) visitFrame(element, context, style, collector);
    return;
  }
  const growing = collector.growing.length;
  const usable = !modal || context.inModal ? usability(element, style, outer.cursor) : 0;
  const place = usable > 0 && !collector.records.has(element) ? listable(element, context, style) : null;
  let item = null;
  if (place) {
    collector.flush();
    item = record(element, usable, place, context, collector);
    collector.growing.push(item);
    context.depth += 1;
    context.owner = item;
  }
  if (tag === 'img') {
    const alt = plain(element.alt);
    if (alt && !place) collector.text(` ${alt} `, context);
  }
  if (tag === 'label') {
    const control = visitLabel(element, context, collector);
    if (control) context.owner = { control };
  }
  const role = element.getAttribute('role');
  const heading = tag.length === 2 && tag[0] === 'h' && tag !== 'hr' ? Number(tag[1])
    : role === 'heading' ? Number(element.getAttribute('aria-level') ?? 2) : 0;
  if (heading > 0) {
    const text = { text: '' };
    collector.growing.push(text);
    for (let near = context.group; near; near = near.outer) near.heading ??= text;
    collector.heading(heading, element, text);
  }
  const group = groupOf(element, tag, role);
  if (group) {
    group.outer = context.group;
    context.group = group;
    collector.growing.push(group);
  }
  if (!skipped.has(tag) && tag !== 'input' && style.contentVisibility !== 'hidden' && !isField(element)) {
    clip(element, style, display, position, context, collector);
    visitChildren(element, context, style, display, collector);
  }
  if (isBlock || item) collector.flush();
  if (isCell) collector.cell();
  // Cells and blocks do not run together in the texts around.
  if (isBlock) for (const text of collector.growing) if (text.text) text.text += ' ';
  collector.growing.length = growing;
}

const hasText = (nodes) => {
  for (const node of nodes) if (node.nodeType === 3 && /\S/.test(node.data)) return true;
  return false;
};
function visitChildren(element, context, style, display, collector) {
  const children = childrenOf(element);
  context.visibility = style.visibility;
  if (hasText(children)) {
    const box = rectOf(element);
    const place = display === 'contents' ? { shown: context.shown } : within(box, context.clips);
    // Texts for screen readers alone are cut down to nothing.
    context.isGone = place.gone || (box.width <= 1 && box.height <= 1 && display !== 'contents') ||
      (modal !== null && !context.inModal);
    context.shown = place.shown ?? false;
    context.top = display === 'contents' ? context.top : Math.round(box.top);
  }
  for (const child of children) {
    const kind = child.nodeType;
    if (kind === 3) {
      visitText(child, context, collector);
    } else if (kind === 1) {
      visit(child, context, collector);
    }
  }
}
