// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0

// From an event of the stream to a record as the page shows it. Runs in the worker.

/**
 * @typedef {object} Entry  A record, or another thing that has its place among the records.
 * @property {"log" | "gap" | "screenshot" | "run" | "end" | "notice"} kind
 * @property {string} id  The event's own id, or "" where it has none.
 * @property {number} time  When it was said, in milliseconds since 1970.
 * @property {string} text  The line as it was published.
 * @property {string} body  The line without the sign that it begins with.
 * @property {string} mark  What the sign means; the name of an icon.
 * @property {string} level
 * @property {number} [step]
 * @property {string} [standing]  How the run stands from here on, where the record says so.
 * @property {object} [fields]  Everything else that was published.
 */

const marks = {
  "📍": "step", "👍": "good", "⚠": "warn", "❔": "unknown", "🧠": "memory", "▶": "call", "🔗": "navigate",
  "↩": "navigate", "🔀": "navigate", "🖱": "click", "☑": "good", "⌨": "type", "📄": "read", "📋": "list", "🔎": "search",
  "🔍": "search", "👀": "search", "✅": "done", "❌": "bad", "❎": "close", "🗑": "close", "🚫": "block", "📥": "download",
  "⏭": "skip", "⏳": "clock", "💬": "ask", "🔄": "again", "🤖": "task", "🧮": "tokens", "📸": "picture",
  "⏸": "paused", "⏯": "play", "🙋": "waiting", "🧑": "human",
};
const sign = /^(\p{Extended_Pictographic})\ufe0f?\s+/u;
const stepNumber = /^📍 Step (\d{1,6})\b/u;

/** What the line begins with, as an icon, and the rest. A sign that is not known stays in the text. */
function split(text) {
  const found = sign.exec(text);
  if (!found) return { mark: "plain", body: text };
  const body = text.slice(found[0].length);
  if (found[1] === "🎯") return { mark: body.startsWith("Task:") ? "task" : "goal", body };
  if (found[1] === "📄" && body.startsWith("Result")) return { mark: "result", body };
  const mark = marks[found[1]];
  return mark ? { mark, body } : { mark: "plain", body: text };
}

const millis = (text) => Date.parse(text) || 0;

/**
 * The entry that an event stands for; null for those that are about the connection only.
 * @param {object} event  The parsed JSON.
 * @param {string} id  Its place in the stream.
 * @returns {Entry | null}
 */
export function entry(event, id) {
  const data = event.data ?? {};
  const time = millis(data.timestamp ?? event.timestamp);
  switch (event.type) {
    case "log": {
      const text = String(data.message ?? "");
      const step = data.step ?? Number(stepNumber.exec(text)?.[1] ?? 0);
      return { kind: "log", id, time, text, ...split(text), level: data.level ?? "INFO", step, fields: data };
    }
    case "status": {
      const text = String(data.message ?? "");
      return { kind: "log", id, time, text, ...split(text), level: "INFO", step: 0, fields: data, standing: data.status };
    }
    case "screenshot":
      return {
        kind: "screenshot", id, time, text: "", body: "", mark: "picture", level: "DEBUG", step: data.step, fields: data,
      };
    case "gap": {
      const text = data.missed ? `${data.missed} records are missing here.` : "Records are missing here.";
      return { kind: "gap", id, time, text, body: text, mark: "away", level: "WARNING", step: 0, fields: data };
    }
    case "run":
      return { kind: "run", id, time, text: "", body: "", mark: "plain", level: "INFO", fields: data };
    case "end":
      return { kind: "end", id, time, text: "", body: "", mark: "done", level: "INFO", step: 0, fields: data };
    default:
      return null;
  }
}
