// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0

const byId = (id) => document.getElementById(id);
const form = document.querySelector("form");
const steps = [...document.querySelectorAll("fieldset")];
let step = 0;
let error = "";
let done = false;
function draw() {
  steps.forEach((part, index) => { part.hidden = done || index !== step; });
  document.querySelectorAll(".steps li").forEach((item, index) => {
    item.ariaCurrent = index === step && !done ? "step" : null;
  });
  const values = Object.fromEntries(new FormData(form));
  byId("summary").replaceChildren(...Object.entries(values).flatMap(([name, value]) => {
    const [term, text] = [document.createElement("dt"), document.createElement("dd")];
    [term.textContent, text.textContent] = [name, value || "–"];
    return [term, text];
  }));
  byId("error").textContent = error;
  byId("back").hidden = step === 0 || done;
  byId("next").hidden = done;
  byId("next").textContent = step === 3 ? "Register" : "Next";
  byId("status").textContent = done ? `Thank you, ${values.first}. Your number is C-2026-0417.` : `Step ${step + 1} of 4`;
  keep({ step: step + 1, done, error, values });
}
form.addEventListener("submit", (event) => {
  event.preventDefault();
  const wrong = [...steps[step].querySelectorAll("input, select")].find((field) => !field.checkValidity());
  error = "";
  if (wrong) {
    const name = (wrong.type === "radio" ? "Ticket" : wrong.labels[0].textContent).trim();
    error = `${name}: ${wrong.validity.valueMissing ? "please fill this in" : `please correct this${wrong.title ? ` (${wrong.title})` : ""}`}`;
    wrong.focus();
  } else if (step === 3) {
    done = true;
  } else {
    step += 1;
  }
  draw();
});
byId("back").addEventListener("click", () => { step -= 1; error = ""; draw(); });
form.addEventListener("change", draw);
draw();
