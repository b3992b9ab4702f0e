// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0

const form = document.getElementById("choices");
function show() {
  const all = (name) => new FormData(form).getAll(name).join("+") || "none";
  document.getElementById("status").textContent = `colour: ${all("colour")}, fruits: ${all("fruits")}, ` +
    `extras: ${all("extra")}, delivery: ${all("delivery")}`;
}
form.addEventListener("change", show);
show();
