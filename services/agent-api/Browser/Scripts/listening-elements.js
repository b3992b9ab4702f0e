// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0

// Elements that no tag, role or style tells to be of use, but that listen to clicks. Only the page's own world knows of
// its listeners, so this runs there, with the command line API of DevTools. The page may have replaced all built-ins of that
// world: nothing but syntax is used, and what comes is bounded here.
(() => {
  const found = [];
  const list = document.body ? document.body.getElementsByTagName('*') : [];
  let count = 0;
  for (let index = 0; index < 5000 && count < 300; index += 1) {
    const element = list[index];
    if (!element) break;
    switch (element.tagName) {
      case 'A': case 'BUTTON': case 'INPUT': case 'SELECT': case 'TEXTAREA': case 'SCRIPT': case 'OPTION': case 'SUMMARY':
      case 'FORM': continue;
    }
    const all = getEventListeners(element);
    if ('click' in all || 'dblclick' in all || 'mousedown' in all || 'pointerdown' in all || 'mouseup' in all) {
      found[count] = element;
      count += 1;
    }
  }
  return found;
})();
