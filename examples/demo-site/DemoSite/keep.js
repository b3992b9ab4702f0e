// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0

// Puts what has happened to the page into `window.state`, and as JSON into the attribute `data-state` of the body, where
// scripts in worlds of their own see it too.
const keep = (state) => { window.state = state; document.body.dataset.state = JSON.stringify(state); };
