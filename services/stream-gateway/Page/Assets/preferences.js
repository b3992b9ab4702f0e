// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0

// What the page remembers: how it looks, never what it shows.

const names = ["theme", "clock", "wrap", "speed", "shorten", "keys", "tiles"];

/** A remembered choice, or the default where there is none or storage is switched off. */
export function remembered(name, standard) {
  try {
    return localStorage.getItem(`stepcast.${name}`) ?? standard;
  } catch {
    return standard;
  }
}

export function remember(name, value) {
  if (!names.includes(name)) throw new Error(`${name} is not kept`);
  try {
    localStorage.setItem(`stepcast.${name}`, value);
  } catch {
    // Storage is switched off or full: the choice holds until the page is closed.
  }
}
