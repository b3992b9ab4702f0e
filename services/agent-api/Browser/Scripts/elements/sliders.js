// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0

// Controls that are moved until they show a value.

const numeric = (text) => {
  const match = /^[^\d-]{0,3}(-?\d+(?:[.,]\d+)?)[^\d]{0,4}$/.exec(plain(text));
  return match ? Number(match[1].replace(',', '.')) : null;
};

// What a control says of its value, or else numbers that stand near it, of which one may be its value.
function sliderState(number) {
  const element = get(number);
  if (!element?.isConnected) return { ...gone };
  const holder = element.getAttribute('aria-valuenow') !== null ? element : element.querySelector('[aria-valuenow]');
  const input = element.localName === 'input' ? element : element.querySelector('input');
  const own = holder?.getAttribute('aria-valuenow') ?? (input && input.type !== 'hidden' ? input.value : null);
  const near = [];
  for (let around = element.parentElement, depth = 0; around && depth < 4; around = around.parentElement, depth += 1) {
    for (const other of around.querySelectorAll('*')) {
      if (near.length >= 60) break;
      const text = other.localName === 'input' || other.localName === 'output' ? other.value ?? other.textContent
        : other.childElementCount === 0 ? other.textContent : null;
      const value = text === null || contains(element, other) && other !== element ? null : numeric(text);
      if (value !== null && !near.some((known) => known[0] === numberOf(other))) near.push([numberOf(other), value]);
    }
  }
  const track = trackOf(element);
  const box = rectOf(element), rail = rectOf(track);
  const isVertical = (holder ?? element).getAttribute('aria-orientation') === 'vertical' || rail.height > rail.width * 1.5;
  const limit = (name) => { const text = (holder ?? element).getAttribute(`aria-value${name}`) ?? input?.[name]; return text ? Number(text) : null; };
  return { value: own === null || own === '' ? null : Number(own), near, min: limit('min'), max: limit('max'), isVertical,
    size: isVertical ? box.height : box.width, rail: isVertical ? rail.height : rail.width, isTrack: track === element };
}

// The rail along which a handle moves: the nearest box around it that is longer than it.
function trackOf(element) {
  const box = rectOf(element);
  if (box.width > 60 || box.height > 60) return element;
  for (let around = element.parentElement, depth = 0; around && depth < 3; around = around.parentElement, depth += 1) {
    const rail = rectOf(around);
    if (rail.width > box.width * 2.5 || rail.height > box.height * 2.5) return around;
  }
  return element;
}

// The handle in a rail, where that is an element of its own: the small box that lies in it.
function handleOf(number) {
  const element = get(number);
  if (!element) return 0;
  const box = rectOf(element);
  const handle = [...element.querySelectorAll('*')].find((inner) => {
    const own = rectOf(inner);
    return own.width > 3 && own.height > 3 && own.width <= box.width / 2.5 + 4 && own.height <= Math.max(box.height * 3, 40) &&
      (inner.tabIndex >= 0 || getComputedStyle(inner).position === 'absolute');
  });
  return handle ? numberOf(handle) : number;
}

// Where something lies: whether it has moved can be told from it.
function placeOf(number) {
  const element = get(number);
  if (!element?.isConnected) return '';
  const box = rectOf(element);
  const index = element.parentElement ? [...element.parentElement.children].indexOf(element) : 0;
  const style = element.getAttribute('transform') ?? element.getAttribute('cx') ?? '';
  return `${numberOf(element.parentElement ?? element)} ${index} ${Math.round(box.left + scrollX)} ${Math.round(box.top + scrollY)} ${style}`;
}
