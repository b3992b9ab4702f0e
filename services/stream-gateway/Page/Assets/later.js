// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0

// Parts of the page that few visits need: they are loaded when they are.

import { say } from "./say.js";

/**
 * A function of a module, which is loaded when the function is called.
 * @param {() => Promise<object>} load
 * @param {string} name  The function's name in the module.
 */
export const later = (load, name) => async (...values) => {
  const module = await load().catch(() => null);
  if (module) return module[name](...values);
  // A gateway serves the files of its own version alone.
  say("The gateway did not answer, or was updated: try again, or reload the page");
};
