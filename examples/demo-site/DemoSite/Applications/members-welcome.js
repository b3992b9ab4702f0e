// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0

setTimeout(() => { location.replace(document.querySelector("main a").href); }, 200);
