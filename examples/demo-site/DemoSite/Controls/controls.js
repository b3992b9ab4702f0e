// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0

const byId = (id) => document.getElementById(id);
const form = document.querySelector("form");
let booked = false;
function draw() {
  const data = new FormData(form);
  const values = Object.fromEntries(data);
  values.equipment = data.getAll("equipment");
  values.catering = data.getAll("catering");
  values.notes = byId("notes").innerText.trim();
  values.quiet = byId("quiet").ariaChecked === "true";
  byId("degrees").textContent = values.warmth;
  byId("status").textContent = booked ? `Booked: ${values.room} on ${values.date || "no day"}` : "Not booked";
  keep({ ...values, booked });
}
byId("quiet").addEventListener("click", (event) => {
  const isOn = event.currentTarget.ariaChecked !== "true";
  event.currentTarget.ariaChecked = String(isOn);
  event.currentTarget.textContent = isOn ? "On" : "Off";
  draw();
});
form.addEventListener("input", draw);
form.addEventListener("change", draw);
form.addEventListener("reset", () => setTimeout(() => { booked = false; byId("notes").textContent = ""; draw(); }));
form.addEventListener("submit", (event) => { event.preventDefault(); booked = true; draw(); });
draw();
