// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0

// The gateway's archive.

import { request } from "./api.js";

/** The records of all runs that match. @param {Record<string, string>} query  See `GET /api/v1/logs` of the protocol. */
export const searchRecords = (query) => request("GET", `/api/v1/logs?${new URLSearchParams(query)}`);

/** The runs of the archive. @param {Record<string, string | number>} query  See `GET /api/v1/runs` of the protocol. */
export const listArchived = (query) => request("GET", `/api/v1/runs?${new URLSearchParams(query)}`);
