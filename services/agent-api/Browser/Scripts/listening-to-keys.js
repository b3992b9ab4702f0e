// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0

// Whether anything listens to the keys of the element that has the focus. Only the page's own world knows, so this runs
// there, with the command line API of DevTools, and uses nothing that the page could have replaced but what it asks of.
(() => {
  const listens = (target) => {
    const all = getEventListeners(target);
    return 'keydown' in all || 'keypress' in all || 'keyup' in all;
  };
  let element = document.activeElement;
  for (let depth = 0; depth < 20 && element && element.shadowRoot && element.shadowRoot.activeElement; depth += 1) {
    if (listens(element.shadowRoot)) return true;
    element = element.shadowRoot.activeElement;
  }
  for (let depth = 0; depth < 1000 && element; depth += 1) {
    if (listens(element)) return true;
    element = element.parentNode || element.host;
  }
  return listens(window);
})();
