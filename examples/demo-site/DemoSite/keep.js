// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0

// Stores the page's state in `window.state`, and as JSON in the attribute `data-state` of the body, where scripts in
// isolated worlds can read it too.
const keep = (state) => { window.state = state; document.body.dataset.state = JSON.stringify(state); };
