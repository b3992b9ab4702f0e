// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0

globalThis.stepcast = { text, shows, showsExactly, pointOf, summary, outline };
