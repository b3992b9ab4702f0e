// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0

// Elements that no tag, role or style tells to be of use, but that listen to clicks. Only the page's own world knows of
// its listeners, so this runs there, with the command line API of DevTools.
Array.from(document.querySelectorAll('body *')).slice(0, 5000).filter((element) =>
  !['A', 'BUTTON', 'INPUT', 'SELECT', 'TEXTAREA', 'SCRIPT', 'OPTION', 'SUMMARY', 'FORM'].includes(element.tagName) &&
  ['click', 'dblclick', 'mousedown', 'pointerdown'].some((type) => type in getEventListeners(element))
).slice(0, 300);
