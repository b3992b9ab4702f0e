// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0

// A run's log as a file, or as plain text in a tab of its own.

const line = ({ time, level, text, body }) => `${new Date(time).toISOString()} ${level.padEnd(8)} ${text || body}`;

const plain = "text/plain;charset=utf-8";
const asText = (records) => records.map(line).join("\n") + "\n";
const asNDJSON = (records) =>
  records.filter(({ kind }) => kind === "log").map(({ id, fields }) => `${JSON.stringify({ id, ...fields })}\n`).join("");

function addressOf(text, type) {
  const url = URL.createObjectURL(new Blob([text], { type }));
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
  return url;
}

/** @param {"log" | "ndjson"} kind */
export function download(id, records, kind) {
  const link = document.createElement("a");
  link.download = `${id}.${kind}`;
  link.href = kind === "log" ? addressOf(asText(records), plain) : addressOf(asNDJSON(records), "application/x-ndjson");
  link.click();
}

/** The whole run as one file with its pictures, as the gateway's archive makes it. */
export function downloadFile(id) {
  const link = document.createElement("a");
  link.download = `${id}.html`;
  link.href = `/api/v1/logs/request/${encodeURIComponent(id)}/export?format=html`;
  link.click();
}

export const showAsText = (records) => open(addressOf(asText(records), plain), "_blank", "noopener");
