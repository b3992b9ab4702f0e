// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0

// Icons on a 16 × 16 grid, drawn with a 1.5 stroke in the colour of the text around them. Each entry is a list of shapes:
// a string is a path, [x, y, r] a circle, {…} any other shape. A leading "!" fills instead of strokes.

const ring = [8, 8, 5.75];
const shapes = {
  // how a run stands
  running: [ring, "!M8 6a2 2 0 1 1 0 4 2 2 0 0 1 0-4z"],
  queued: [{ circle: { cx: 8, cy: 8, r: 5.75, "stroke-dasharray": "2.2 2.3" } }],
  waiting: ["!M8 1.6a6.4 6.4 0 1 1 0 12.8A6.4 6.4 0 0 1 8 1.6z", { path: { d: "M6.3 6.4a1.75 1.75 0 1 1 2.6 1.5c-.6.35-.9.7-.9 1.3M8 11.3h.01", class: "cut" } }],
  paused: [ring, "M6.6 5.9v4.2M9.4 5.9v4.2"],
  completed: [ring, "M5.5 8.2l1.8 1.8 3.3-3.7"],
  failed: ["!M8 1.6a6.4 6.4 0 1 1 0 12.8A6.4 6.4 0 0 1 8 1.6z", { path: { d: "M6 6l4 4M10 6l-4 4", class: "cut" } }],
  cancelled: [ring, "M4.1 11.9l7.8-7.8"],
  timed_out: [ring, "M8 4.9v3.3l2.1 1.4"],
  batch: ["M8 2.6l5.6 2.9L8 8.4 2.4 5.5z", "M2.6 8.4L8 11.2l5.4-2.8", "M2.6 11L8 13.8l5.4-2.8"],
  over: [ring],
  // what a record tells
  task: [ring, [8, 8, 2.4]],
  goal: [ring, [8, 8, 2.4]],
  good: ["M3.4 8.6l3 2.9 6.2-6.6"],
  warn: ["M8 2.6l6 10.6H2z", "M8 6.5v3.1M8 11.4h.01"],
  unknown: ["M5.8 5.8a2.3 2.3 0 1 1 3.4 2c-.8.45-1.2.95-1.2 1.8M8 12.2h.01"],
  bad: ["M4.6 4.6l6.8 6.8M11.4 4.6l-6.8 6.8"],
  memory: ["M4 2.9h8v10.3L8 10.4l-4 2.8z"],
  call: ["M6.2 4.4L9.8 8l-3.6 3.6"],
  navigate: ["M2.8 8h10M9 4.2L12.8 8 9 11.8"],
  click: ["M4 3.2l8.9 4-3.7 1.3-1.4 3.8z"],
  type: [{ rect: { x: 1.8, y: 4.3, width: 12.4, height: 7.4, rx: 1.6 } }, "M5 9.3h6M4.6 6.9h.01M6.9 6.9h.01M9.2 6.9h.01M11.4 6.9h.01"],
  read: ["M4 2.6h5.4L12 5.2v8.2H4z", "M6.2 7.4h3.6M6.2 10h3.6"],
  result: ["M4 2.6h5.4L12 5.2v8.2H4z", "M6.1 9l1.4 1.4 2.5-2.9"],
  block: ["M8 2.2l5 1.9v3.7c0 3-2.1 4.9-5 5.9-2.9-1-5-2.9-5-5.9V4.1z", "M6.2 6.1l3.6 3.6"],
  download: ["M8 2.8v7M5 7l3 3 3-3M3 13h10"],
  skip: ["M3.6 4.4L8 8l-4.4 3.6zM8.4 4.4L12.8 8l-4.4 3.6z"],
  ask: ["M3 3.4h10v7.2H8.6L5.6 13v-2.4H3z", "M8 8.6h.01M6.9 5.8A1.1 1.1 0 1 1 8 7"],
  human: [[8, 5.2, 2.5], "M3.4 13.4c.5-2.7 2.3-4 4.6-4s4.1 1.3 4.6 4"],
  done: [ring, "M5.5 8.2l1.8 1.8 3.3-3.7"],
  tokens: ["M12 3.6H4.4L8.2 8l-3.8 4.4H12"],
  plain: [[8, 8, .9]],
  // the page's own
  search: [[7.1, 7.1, 4.3], "M10.4 10.4l3.2 3.2"],
  plus: ["M8 3.2v9.6M3.2 8h9.6"],
  close: ["M4 4l8 8M12 4l-8 8"],
  more: ["!M3.2 6.9a1.1 1.1 0 1 1 0 2.2 1.1 1.1 0 0 1 0-2.2zM8 6.9a1.1 1.1 0 1 1 0 2.2 1.1 1.1 0 0 1 0-2.2zM12.8 6.9a1.1 1.1 0 1 1 0 2.2 1.1 1.1 0 0 1 0-2.2z"],
  down: ["M4.2 6.2L8 10l3.8-3.8"],
  right: ["M6.2 4.2L10 8l-3.8 3.8"],
  left: ["M9.8 4.2L6 8l3.8 3.8"],
  fold: ["M4 6.5L8 2.8l4 3.7M4 9.5l4 3.7 4-3.7"],
  unfold: ["M4 2.8l4 3.7 4-3.7M4 13.2l4-3.7 4 3.7"],
  play: ["!M4.6 2.9l8.4 5.1-8.4 5.1z"],
  pause: ["!M4.2 3h2.6v10H4.2zM9.2 3h2.6v10H9.2z"],
  stop: [{ rect: { x: 4, y: 4, width: 8, height: 8, rx: 1.2 } }],
  again: ["M13 8a5 5 0 1 1-1.6-3.7", "M13.2 2.4v3h-3"],
  hand: ["M5.2 8.2V4.1a1 1 0 0 1 2 0v3-4a1 1 0 0 1 2 0v4-3.1a1 1 0 0 1 2 0v5.3c0 2.6-1.5 4.2-3.7 4.2-1.8 0-2.7-.8-3.6-2.4L2.8 9.3a1 1 0 0 1 1.7-1z"],
  link: ["M6.8 9.2a2.6 2.6 0 0 0 3.7 0l2-2a2.6 2.6 0 0 0-3.7-3.7l-.7.7", "M9.2 6.8a2.6 2.6 0 0 0-3.7 0l-2 2a2.6 2.6 0 0 0 3.7 3.7l.7-.7"],
  copy: [{ rect: { x: 5.4, y: 5.4, width: 8, height: 8, rx: 1.5 } }, "M10.6 3H4.3C3.6 3 3 3.6 3 4.3v6.3"],
  sun: [[8, 8, 2.9], "M8 1.4v1.4M8 13.2v1.4M1.4 8h1.4M13.2 8h1.4M3.3 3.3l1 1M11.7 11.7l1 1M12.7 3.3l-1 1M4.3 11.7l-1 1"],
  keys: [{ rect: { x: 1.8, y: 4.3, width: 12.4, height: 7.4, rx: 1.6 } }, "M5 9.3h6M4.6 6.9h.01M6.9 6.9h.01M9.2 6.9h.01M11.4 6.9h.01"],
  clock: [ring, "M8 4.9v3.3l2.1 1.4"],
  wrap: ["M2.6 4h10.8M2.6 8h8.2a2.1 2.1 0 0 1 0 4.2H8.4M10 10.4l-1.8 1.8L10 14M2.6 12h2.8"],
  grid: [{ rect: { x: 2.6, y: 2.6, width: 4.4, height: 4.4, rx: .9 } }, { rect: { x: 9, y: 2.6, width: 4.4, height: 4.4, rx: .9 } }, { rect: { x: 2.6, y: 9, width: 4.4, height: 4.4, rx: .9 } }, { rect: { x: 9, y: 9, width: 4.4, height: 4.4, rx: .9 } }],
  list: ["M2.8 4.2h10.4M2.8 8h10.4M2.8 11.8h10.4"],
  full: ["M2.8 6V2.8H6M10 2.8h3.2V6M13.2 10v3.2H10M6 13.2H2.8V10"],
  picture: [{ rect: { x: 2, y: 3, width: 12, height: 10, rx: 1.5 } }, "M2.4 11.4l3.4-3.6 2.6 2.6 1.8-1.7 3.4 3.2", [10.4, 6, .9]],
  lock: [{ rect: { x: 3.6, y: 7, width: 8.8, height: 6.2, rx: 1.3 } }, "M5.4 7V5.2a2.6 2.6 0 0 1 5.2 0V7"],
  away: ["M2.2 8S4.3 4 8 4s5.8 4 5.8 4-2.1 4-5.8 4S2.2 8 2.2 8z", "M3 13L13 3"],
};

const make = (name, attributes) => {
  const node = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  return node;
};

/** An icon that says nothing by itself: the words beside it, or its button's name, do. */
export function icon(name, kind = "") {
  const svg = make("svg", { viewBox: "0 0 16 16", class: `icon ${kind}`.trim(), "aria-hidden": "true", focusable: "false" });
  for (const shape of shapes[name] ?? shapes.plain) {
    if (typeof shape === "string") svg.append(make("path", shape[0] === "!" ? { d: shape.slice(1), class: "solid" } : { d: shape }));
    else if (Array.isArray(shape)) svg.append(make("circle", { cx: shape[0], cy: shape[1], r: shape[2] }));
    else for (const [tag, attributes] of Object.entries(shape)) svg.append(make(tag, attributes));
  }
  return svg;
}

/** Three steps; the last one is lit. */
export function brand() {
  const svg = make("svg", { viewBox: "0 0 18 18", class: "brandmark", "aria-hidden": "true" });
  svg.append(make("rect", { x: 1, y: 12, width: 4.6, height: 4.6, rx: 1.2 }), make("rect", { x: 6.7, y: 6.7, width: 4.6, height: 9.9, rx: 1.2 }), make("rect", { x: 12.4, y: 1.4, width: 4.6, height: 15.2, rx: 1.2, class: "lit" }));
  return svg;
}
