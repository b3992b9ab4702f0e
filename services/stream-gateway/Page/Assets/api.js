// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0

// agent-api, as the gateway forwards it.

/** Why a request did not do what it was to do. Its message is for people. */
export class RequestError extends Error {
  /** @param {number} status  0 when the gateway was not reached. */
  constructor(status, message, fields = []) {
    super(message);
    this.status = status;
    /** @type {{ field: string, message: string }[]} */
    this.fields = fields;
  }
}

export async function request(method, path, body) {
  const headers = { Accept: "application/json" };
  if (body) headers["Content-Type"] = "application/json";
  let response;
  try {
    response = await fetch(path, {
      method,
      headers,
      body: body ? JSON.stringify(body) : undefined,
      cache: "no-store",
    });
  } catch {
    throw new RequestError(0, "The gateway cannot be reached.");
  }
  let answer = null;
  try {
    answer = await response.json();
  } catch {
    // A proxy's own page, or nothing.
  }
  if (response.ok && (answer || response.status === 204)) return answer;
  throw new RequestError(response.status, answer?.detail ?? `The answer was ${response.status}.`, answer?.errors ?? []);
}

const agents = "/api/agents";

/** @param {Record<string, string | number>} query  `status`, `session_id`, `batch_id`, `limit`, `after` */
export const listRuns = (query) => request("GET", `${agents}?${new URLSearchParams(query)}`);
export const getRun = (id) => request("GET", `${agents}/${encodeURIComponent(id)}`);
export const getBatch = (id) => request("GET", `${agents}/batch/${encodeURIComponent(id)}`);
export const startRun = (body) => request("POST", agents, body);
export const cancelRun = (id) => request("DELETE", `${agents}/${encodeURIComponent(id)}`);
/** @param {"pause" | "resume"} action */
export const steerRun = (id, action) => request("POST", `${agents}/${encodeURIComponent(id)}/${action}`);
/** @param {{ text: string } | { approved: boolean }} answer */
export const answerRun = (id, answer) => request("POST", `${agents}/${encodeURIComponent(id)}/answer`, answer);
const control = (method, id, body) => request(method, `${agents}/${encodeURIComponent(id)}/control`, body);
/** @param {string} [token]  Of who has control already. */
export const takeControl = (id, token) => control("POST", id, token ? { control_token: token } : {});
export const giveControl = (id, token) => control("DELETE", id, { control_token: token });
/** @param {{ control_token: string, view: [number, number], events: object[] }} body */
export const sendInput = (id, body) => request("POST", `${agents}/${encodeURIComponent(id)}/input`, body);
export const cancelBatch = (id) => request("DELETE", `${agents}/batch/${encodeURIComponent(id)}`);

export const streamPath = (id) => `/api/v1/stream-logs/request/${encodeURIComponent(id)}`;
/** The live pictures of runs. */
export function viewPath(ids, { fps, width }) {
  const parameters = ids.map((id) => ["request_id", id]);
  return `/api/v1/stream-view?${new URLSearchParams([...parameters, ["fps", fps], ["width", width]])}`;
}
export const runPage = (id) => `/runs/${encodeURIComponent(id)}`;

/** The command that starts a run, for a shell. */
export function curl(body) {
  const quoted = `'${JSON.stringify(body).replaceAll("'", `'\\''`)}'`;
  return `curl ${location.origin}${agents} -H 'Content-Type: application/json' -d ${quoted}`;
}
