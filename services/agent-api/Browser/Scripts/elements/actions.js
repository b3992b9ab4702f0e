// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0

// Whether and where an element can be acted on.

// A page in the background paints no frames; there the timer is what ends the wait.
const nextFrame = () => new Promise((resolve) => { requestAnimationFrame(resolve); setTimeout(resolve, 250); });
const afterTasks = () => new Promise((resolve) => {
  const channel = new MessageChannel();
  channel.port1.onmessage = () => { channel.port1.close(); resolve(); };
  channel.port2.postMessage(null);
});
async function frames(count) {
  for (let i = 0; i < count; i += 1) await nextFrame();
  await afterTasks();
}

const gone = { reason: 'it is no longer on the page', gone: true };

// Whether something goes on by itself that could move an element. What turns or pulses for ever in another place
// does not.
function isInMotion(target) {
  return document.getAnimations().some((animation) => {
    if (animation.playState !== 'running') return false;
    const isEndless = animation.effect?.getComputedTiming().endTime === Infinity;
    return !isEndless || animation.effect.target?.contains(target);
  });
}

// Whether an element stands still: it is where it was when it was last looked at, and that was two frames ago or
// nothing moves; or else where it was two frames ago.
async function isStill(number, target) {
  const seen = lastSeen.get(number);
  const place = () => {
    const box = boxOf(target);
    return { left: box.left + scrollX, top: box.top + scrollY, at: performance.now() };
  };
  const isSame = (a, b) => Math.abs(a.left - b.left) < 0.5 && Math.abs(a.top - b.top) < 0.5;
  const now = place();
  if (seen && isSame(seen, now) && (now.at - seen.at > 34 || !isInMotion(target))) return true;
  const time = document.timeline.currentTime;
  await nextFrame();
  await nextFrame();
  // On a busy machine no frame may have been drawn meanwhile, and nothing moves without one.
  for (let frame = 0; frame < 8 && document.timeline.currentTime === time; frame += 1) await nextFrame();
  const later = place();
  lastSeen.set(number, later);
  return isSame(now, later);
}

function whyNot(element, wants, meaning) {
  if (!element?.isConnected) return gone;
  const target = drawn(element);
  if (!isShown(target)) return { why: 'hidden', reason: 'it is not visible' };
  const other = otherMeaning(element, meaning);
  if (other) return { changed: other };
  if (wants === 'point') return null;
  if (isDisabled(element)) return { why: 'disabled', reason: 'it is disabled' };
  if (closest(element, '[inert]')) return { why: 'disabled', reason: 'the page has made it inert' };
  if (wants === 'edit' && (element.readOnly || element.getAttribute('aria-readonly') === 'true')) {
    return { why: 'readOnly', reason: 'it is read-only' };
  }
  return null;
}

// Whether all of an element, or as much as the window holds, is in the window and in its scrolling boxes.
function isInView(element) {
  const box = boxOf(element);
  let view = viewport();
  for (const scroller of scrollers(element)) {
    if (scroller !== document.scrollingElement) view = meet(view, scroller.getBoundingClientRect());
  }
  const fits = (start, end, from, to) => start >= from - 0.5 && end <= to + 0.5 || start <= from && end >= to;
  return area(view) && fits(box.left, box.right, view.left, view.right) &&
    fits(box.top, box.bottom, view.top, view.bottom);
}

// A place in an element, from 0 to 1 of its width and height, in the window.
function placeIn(element, [x, y]) {
  const box = boxOf(element);
  const point = { x: box.left + (box.right - box.left) * x, y: box.top + (box.bottom - box.top) * y };
  const view = viewport();
  if (point.x < view.left || point.y < view.top || point.x >= view.right || point.y >= view.bottom) return { outside: true };
  const over = hit(point.x, point.y);
  return over && (belongs(over, element) || contains(over, element)) ? point : { over };
}

// Where to click, or the reason why not yet. `place` is a place in the element; without one it is its middle, or where
// else the mouse reaches it.
async function ready(number, wants, meaning, place) {
  const element = get(number);
  let reason = whyNot(element, wants, meaning);
  if (reason) return reason;
  const target = drawn(element);
  if (!await isStill(number, target)) return { why: 'moving', reason: 'it is moving' };
  if (!isInView(target)) {
    target.scrollIntoView({ block: 'center', inline: 'nearest', behavior: 'instant' });
    // What is loaded or moved upon scrolling has a frame for it.
    await nextFrame();
    await afterTasks();
  }
  reason = whyNot(element, wants, meaning);
  if (reason) return reason;
  const find = () => place ? placeIn(target, place) : reach(target, element);
  let reached = find();
  for (const block of ['center', 'end', 'start']) {
    if (reached.x !== undefined || !reached.over || !stuck(reached.over)) break;
    target.scrollIntoView({ block, inline: 'nearest', behavior: 'instant' });
    const again = find();
    if (again.x !== undefined || again.over) reached = again;
  }
  if (reached.x !== undefined) {
    const seen = visibleBox(target);
    const box = [seen.left, seen.top, seen.right - seen.left, seen.bottom - seen.top];
    return { ...reached, box, window: [innerWidth, innerHeight] };
  }
  if (reached.outside) return { why: 'hidden', reason: 'it is outside of the window' };
  if (!reached.over) return { why: 'hidden', reason: 'nothing at its place takes the mouse' };
  const by = describe(reached.over);
  return { why: 'covered', by, reason: `it is covered by ${by}` };
}

// Where a frame's content begins, and how much larger it is drawn than it is.
function contentOrigin(frame) {
  const box = frame.getBoundingClientRect();
  const style = getComputedStyle(frame);
  const scale = frame.offsetWidth > 0 ? box.width / frame.offsetWidth : 1;
  return [box.left + (frame.clientLeft + parseFloat(style.paddingLeft)) * scale,
    box.top + (frame.clientTop + parseFloat(style.paddingTop)) * scale, scale];
}

// A point of a frame's content as one of this document, if the mouse reaches the frame there.
function through(number, x, y) {
  const frame = get(number);
  if (!frame?.isConnected) return gone;
  const isOutside = (p) => p.x < 0 || p.y < 0 || p.x >= innerWidth || p.y >= innerHeight;
  const map = () => {
    const [left, top, scale] = contentOrigin(frame);
    return { x: left + x * scale, y: top + y * scale, scale, window: [innerWidth, innerHeight] };
  };
  let point = map();
  if (isOutside(point)) {
    frame.scrollIntoView({ block: 'nearest', inline: 'nearest', behavior: 'instant' });
    point = map();
  }
  if (isOutside(point)) {
    scrollBy({ left: point.x - innerWidth / 2, top: point.y - innerHeight / 2, behavior: 'instant' });
    point = map();
  }
  if (isOutside(point)) return { reason: 'it is outside of the window' };
  const over = hit(point.x, point.y);
  if (over === frame) return point;
  return { reason: over ? `it is covered by ${describe(over)}` : 'nothing at its place takes the mouse' };
}

function reveal(number, meaning) {
  const element = get(number);
  if (!element?.isConnected) return gone;
  const other = otherMeaning(element, meaning);
  if (other) return { changed: other };
  const target = drawn(element);
  if (!isShown(target)) return { reason: 'it is not visible' };
  if (!isInView(target)) target.scrollIntoView({ block: 'center', inline: 'nearest', behavior: 'instant' });
  return {};
}
