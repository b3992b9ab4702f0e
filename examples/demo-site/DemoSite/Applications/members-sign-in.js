// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0

keep({ signedIn: false, error: document.querySelector(".error")?.textContent ?? null });
