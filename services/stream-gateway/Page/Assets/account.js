// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0

// Who is signed in, and what they may do. The services decide; the page only leaves out what they would refuse.

/**
 * @typedef {{ do: string[], request_id?: string, batch_id?: string, session_id?: string }} Grant
 * @typedef {{ authentication: boolean, archive?: boolean, signed_in?: boolean, subject?: string, expires_at?: string, grants?: Grant[] }} Account
 */

/** @type {Account | null} */
let account = null;

/** Asks the gateway. @returns {Promise<Account | null>}  Null when it does not answer. */
export async function loadAccount() {
  try {
    const response = await fetch("/session", { cache: "no-store" });
    if (response.ok) account = await response.json();
  } catch {
    // The gateway is away, which the view tells by itself.
  }
  return account;
}

/** Whether the gateway keeps an archive, as far as it has said. */
export const hasArchive = () => account?.archive === true;

const fits = (pattern, name) => {
  if (!pattern) return true;
  if (!name) return false;
  return pattern.endsWith("*") ? name.startsWith(pattern.slice(0, -1)) : name === pattern;
};

/**
 * Whether there is a grant for it. As long as nothing is known, there is.
 * @param {"view" | "run" | "control" | "admin"} permission
 * @param {{ request_id?: string, batch_id?: string, session_id?: string } | null} run  Null asks for any run at all.
 */
export function may(permission, run = null) {
  const names = ["request_id", "batch_id", "session_id"];
  return !account?.signed_in || account.grants.some((grant) => grant.do.includes(permission) &&
    (!run || names.every((name) => fits(grant[name], run[name]))));
}

/** Where one signs in, and comes back from to what is shown now. */
export function signInPath() {
  return `/sign-in?next=${encodeURIComponent(location.pathname + location.search + location.hash)}`;
}
