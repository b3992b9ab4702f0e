// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0

// What a walk has gathered, put into the words in which it is told.

// How long a text may be to stand in its element's own line.
const lineLength = 160;

function finish(items, records) {
  const owned = new Map();
  for (const item of items) {
    if (item.k !== 't' || !item.owner) continue;
    const owner = item.owner.control ? records.get(item.owner.control) : item.owner;
    if (!owner) continue;
    item.teller = owner;
    owned.set(owner, (owned.get(owner) ?? '') + ' ' + item.text);
  }
  for (const item of items) {
    if (item.k !== 'e') continue;
    const { entry, element } = item;
    const own = plain(owned.get(item));
    item.isShort = own.length <= lineLength;
    const content = plain(item.text) || plain(element.querySelector?.('svg > title')?.textContent);
    entry.n = cut(nameOf(element, content), 200);
    // A label is the name already.
    entry.x = item.isShort && !element.labels?.length ? own : '';
    item.own = own;
  }
  return drop(items).filter((item) => item.k !== 't' || !item.teller || !item.teller.isShort);
}

// Boxes that only seem to be there to be clicked, around what really is.
function drop(items) {
  const kept = [];
  const gone = [];
  for (const [index, item] of items.entries()) {
    while (gone.length > 0 && item.depth <= gone.at(-1)) gone.pop();
    const depth = item.depth;
    item.depth -= gone.length;
    if (item.k === 'e' && item.entry.usable === 1) {
      let next = index + 1;
      while (items[next]?.k === 't' && items[next].depth > depth) next += 1;
      const wraps = items[next]?.k === 'e' && items[next].depth > depth;
      const [, , width, height] = item.entry.b;
      const isHuge = width * height > innerWidth * innerHeight / 2;
      if (item.own === '' && (wraps || (isHuge && item.entry.n === ''))) { gone.push(depth); continue; }
    }
    kept.push(item);
  }
  return kept;
}

function tell(item, texts) {
  const { depth } = item;
  switch (item.k) {
    case 't': return ['t', depth, item.text, item.shown ? 1 : 0, item.top];
    case 's': return ['s', depth, item.tag, item.name, item.above, item.below];
    case 'f': return ['f', depth, item.i, item.shown ? 1 : 0, item.o, item.name];
  }
  const { entry, element } = item;
  entry.a = attributesOf(element, entry.n);
  if (entry.hidden) entry.a.hidden = 'true';
  const value = valueOf(element);
  if (value) entry.v = cut(value, 500);
  stateOf(element, entry);
  const indexOf = (text) => {
    if (!texts.has(text)) texts.set(text, texts.size);
    return texts.get(text);
  };
  entry.u = surroundings(item, entry.n).map(indexOf);
  const around = itemText(item.group);
  if (around) entry.g = indexOf(around);
  delete entry.usable;
  delete entry.hidden;
  return ['e', depth, entry];
}

// The page as it is: JSON, then the nodes whose numbers are above `known` and frames, then hosts that may have
// a closed shadow root.
function snapshot(known) {
  const collector = new Collector();
  findCovers();
  boxes = new Map();
  try {
    if (document.documentElement) visit(document.documentElement, new Surround(null), collector);
  } finally {
    boxes = null;
  }
  collector.flush();
  for (const host of collector.hosts) probed.add(host);
  if (elements.size > 10_000) for (const number of elements.keys()) if (!get(number)) lastSeen.delete(number);
  const texts = new Map();
  const items = finish(collector.items, collector.records).map((item) => tell(item, texts));
  for (const element of collector.records.keys()) {
    if (numbers.get(element) > known) collector.nodes.push(element);
  }
  const { scrollHeight = 0, scrollWidth = 0 } = document.scrollingElement ?? {};
  const told = { title: document.title, url: location.href, items, texts: [...texts.keys()],
    nodes: collector.nodes.map(numberOf), hosts: collector.hosts.length, last: lastNumber, cut: collector.isCut,
    window: [innerWidth, innerHeight], page: [scrollX, scrollY, scrollWidth, scrollHeight] };
  return [JSON.stringify(told), ...collector.nodes, ...collector.hosts];
}
