// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0

// From an event of the stream to a record as the page shows it. The worker reads events; the page gets what every record
// needs, and parses the rest of one only when it is looked at.

/** A record, or another thing that has its place among the records. */
export class Entry {
  /** @type {"log" | "gap" | "screenshot" | "run" | "end" | "notice"} */
  kind;
  /** The event's own id, or "" where it has none. */
  id;
  /** When it was said, in milliseconds since 1970. */
  time;
  /** The line as it was published. */
  text;
  /** What the sign means that the line begins with; the name of an icon. */
  mark;
  level;
  step;
  /** The address of the page, as far as the record says it. */
  url;
  /** How the run stands from here on, where the record says so; else "". */
  standing;
  /** When it was said, in seconds since the run's first record. */
  at = 0;
  /** The index of the step that begins with it. @type {number | undefined} */
  begins;
  stepIndex = -1;
  #bodyAt; // how many characters of the text the sign takes
  #source;

  /** @param {string} source  The event's JSON, or "" where there was none. */
  constructor(kind, id, time, text, bodyAt, mark, level, step, url, standing, source) {
    this.kind = kind;
    this.id = id;
    this.time = time;
    this.text = text;
    this.#bodyAt = bodyAt;
    this.mark = mark;
    this.level = level;
    this.step = step;
    this.url = url;
    this.standing = standing;
    this.#source = source;
  }

  /** The line without the sign that it begins with. */
  get body() { return this.#bodyAt ? this.text.slice(this.#bodyAt) : this.text; }

  /** How many characters the body has. */
  get length() { return this.text.length - this.#bodyAt; }

  /** Everything that was published. */
  get fields() { return this.#source ? JSON.parse(this.#source).data ?? {} : {}; }
}

/** Something that the page itself says between the records. */
export const notice = (text, time) => new Entry("notice", "", time, text, 0, "away", "INFO", 0, "", "", "");

/**
 * The entries of a batch, which comes from the worker as a list of values: copying objects takes three times as long.
 * @param {any[]} values  As many for each entry as its constructor takes.
 */
export function entries(values) {
  const all = [];
  for (let at = 0; at < values.length; at += width) all.push(new Entry(...values.slice(at, at + width)));
  return all;
}

/** How many values stand for an entry, and which of them is its id. */
export const width = Entry.length;
export const idAt = 1;

const marks = {
  "📍": "step", "👍": "good", "⚠": "warn", "❔": "unknown", "🧠": "memory", "▶": "call", "🔗": "navigate",
  "↩": "navigate", "🔀": "navigate", "🖱": "click", "☑": "good", "⌨": "type", "📄": "read", "📋": "list", "🔎": "search",
  "🔍": "search", "👀": "search", "✅": "done", "❌": "bad", "❎": "close", "🗑": "close", "🚫": "block", "📥": "download",
  "⏭": "skip", "⏳": "clock", "💬": "ask", "🔄": "again", "🤖": "task", "🧮": "tokens", "📸": "picture",
  "⏸": "paused", "⏯": "play", "🙋": "waiting", "🧑": "human",
};
const sign = /^(\p{Extended_Pictographic})\ufe0f?\s+/u;
const stepNumber = /^📍 Step (\d{1,6})\b/u;

/** What the line begins with, as an icon, and where the rest begins. A sign that is not known stays in the text. */
function split(text) {
  const found = sign.exec(text);
  if (!found) return ["plain", 0];
  const at = found[0].length;
  if (found[1] === "🎯") return [text.startsWith("Task:", at) ? "task" : "goal", at];
  if (found[1] === "📄" && text.startsWith("Result", at)) return ["result", at];
  const mark = marks[found[1]];
  return mark ? [mark, at] : ["plain", 0];
}

const millis = (text) => Date.parse(text) || 0;

/**
 * The values of the entry that an event stands for; null for those that are about the connection only.
 * @param {object} event  The parsed JSON.
 * @param {string} id  Its place in the stream.
 * @param {string} source  The JSON.
 */
export function valuesOf(event, id, source) {
  const data = event.data ?? {};
  const time = millis(data.timestamp ?? event.timestamp);
  switch (event.type) {
    case "log": {
      const text = String(data.message ?? "");
      const [mark, bodyAt] = split(text);
      const step = data.step ?? Number((mark === "step" && stepNumber.exec(text)?.[1]) || 0);
      const url = typeof data.url === "string" ? data.url : "";
      return ["log", id, time, text, bodyAt, mark, data.level ?? "INFO", step, url, "", source];
    }
    case "status": {
      const text = String(data.message ?? "");
      const [mark, bodyAt] = split(text);
      return ["log", id, time, text, bodyAt, mark, "INFO", 0, "", String(data.status ?? ""), source];
    }
    case "screenshot":
      return ["screenshot", id, time, "", 0, "picture", "DEBUG", data.step, "", "", source];
    case "gap": {
      const text = data.missed ? `${data.missed} records are missing here.` : "Records are missing here.";
      return ["gap", id, time, text, 0, "away", "WARNING", 0, "", "", source];
    }
    case "run":
      return ["run", id, time, "", 0, "plain", "INFO", 0, "", "", source];
    case "end":
      return ["end", id, time, "", 0, "done", "INFO", 0, "", "", source];
    default:
      return null;
  }
}
