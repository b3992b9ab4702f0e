// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0

// A choice of time: any, the last hours or days, or from one moment to another.

import { h } from "./dom.js";
import { icon } from "./icons.js";

/** @typedef {{ since: string, from: string, to: string }} Times  `from` and `to` are times of ISO 8601, in UTC. */

/** Name, text, and milliseconds. */
const times = [
  ["", "Any time", Infinity], ["1h", "Last hour", 3_600_000], ["24h", "Last 24 hours", 86_400_000],
  ["7d", "Last 7 days", 604_800_000],
];

const moment = (text) => (text && Number.isFinite(Date.parse(text)) ? new Date(text).toISOString() : "");
/** As a field wants it: the time here, without a zone. */
const local = (text) => {
  const ms = Date.parse(text);
  return Number.isFinite(ms) ? new Date(ms - new Date(ms).getTimezoneOffset() * 60_000).toISOString().slice(0, 16) : "";
};

/** What a query of an address says of time. @returns {Times} */
export const timesOf = (query) => ({
  since: times.some(([name]) => name === query.get("since")) ? query.get("since") ?? "" : "",
  from: moment(query.get("from")), to: moment(query.get("to")),
});

/** The first moment that is wanted, and the first that no longer is. @param {Times} times_ */
export function bounds({ since, from, to }) {
  const length = times.find(([name]) => name === since)?.[2] ?? Infinity;
  const limits = {};
  if (from) limits.since = from;
  else if (!to && length < Infinity) limits.since = new Date(Date.now() - length).toISOString();
  if (to) limits.until = to;
  return limits;
}

/** Whether the time ends before it begins. */
export const isBackwards = ({ from, to }) => Boolean(from && to && Date.parse(from) >= Date.parse(to));

/**
 * Fields for a time.
 * @param {Times} filter  Is changed.
 * @param {() => void} changed
 */
export function timeRange(filter, changed) {
  const select = h("select.select", { "aria-label": "Time", onchange: choose },
    times.map(([value, text]) => h("option", { value }, text)), h("option", { value: "range" }, "From … to …"));
  select.value = filter.from || filter.to ? "range" : filter.since;
  const field = (name, label) => h("input.field", {
    type: "datetime-local", "aria-label": label, max: "9999-12-31T23:59", value: local(filter[name]),
    onchange: (event) => { filter[name] = moment(event.target.value); check(); changed(); },
  });
  const from = field("from", "From");
  const to = field("to", "To");
  const range = h("span.range", { hidden: select.value !== "range" }, from, h("span", { "aria-hidden": "true" }, "–"), to);

  function choose() {
    range.hidden = select.value !== "range";
    if (range.hidden) {
      Object.assign(filter, { since: select.value, from: "", to: "" });
      from.value = to.value = "";
    } else {
      // What was chosen goes on as a moment, which can then be moved.
      filter.from = bounds(filter).since ?? "";
      filter.since = "";
      from.value = local(filter.from);
      from.focus();
    }
    check();
    changed();
  }
  const check = () => {
    if (isBackwards(filter)) to.setAttribute("aria-invalid", "true");
    else to.removeAttribute("aria-invalid");
  };
  check();
  return [h("span.pick", {}, select, icon("down")), range];
}
