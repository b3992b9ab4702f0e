// A run's log as a file, or as plain text in a tab of its own.

const line = (entry) => `${new Date(entry.time).toISOString()} ${(entry.level ?? "").padEnd(8)} ${entry.text || entry.body}`;

const asText = (records) => records.map(line).join("\n") + "\n";
const asNDJSON = (records) =>
  records.filter((entry) => entry.kind === "log").map((entry) => JSON.stringify({ id: entry.id, ...entry.fields })).join("\n") + "\n";

function addressOf(text, type) {
  const url = URL.createObjectURL(new Blob([text], { type }));
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
  return url;
}

/** @param {"log" | "ndjson"} kind */
export function download(id, records, kind) {
  const link = document.createElement("a");
  link.download = `${id}.${kind}`;
  link.href = kind === "log" ? addressOf(asText(records), "text/plain;charset=utf-8") : addressOf(asNDJSON(records), "application/x-ndjson");
  link.click();
}

export const showAsText = (records) => open(addressOf(asText(records), "text/plain;charset=utf-8"), "_blank", "noopener");
