// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0

const state = { exported: 0 };
document.getElementById("make").addEventListener("click", () => {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([JSON.stringify({ exported: true })], { type: "application/json" }));
  link.download = "export.json";
  link.click();
  state.exported += 1;
  document.getElementById("status").textContent = "Exported";
  keep(state);
});
keep(state);
