//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Hummingbird

/// A registration in four steps, each of which is checked before the next one shows.
enum WizardPage {
    static func addRoutes(to router: Router<DemoSiteContext>) {
        router.get("register") { _, _ in Self.page }
    }

    private static let page = Page(
        title: "Register for the conference",
        content: #"""
            <h1>Register for the conference</h1>
            <ol class="steps"><li>You</li><li>Address</li><li>Ticket</li><li>Confirm</li></ol>
            <p id="error" class="error" role="alert"></p>
            <form novalidate>
            <fieldset><legend>About you</legend>
            <div class="field"><label for="first">First name</label><input id="first" name="first" required></div>
            <div class="field"><label for="last">Last name</label><input id="last" name="last" required></div>
            <div class="field"><label for="email">Email address</label>
            <input id="email" name="email" type="email" required></div>
            <div class="field"><label for="phone">Phone (optional)</label>
            <input id="phone" name="phone" type="tel" pattern="[0-9 +]{6,}"></div>
            </fieldset>
            <fieldset><legend>Address</legend>
            <div class="field"><label for="street">Street and number</label><input id="street" name="street" required></div>
            <div class="field"><label for="zip">Postal code</label>
            <input id="zip" name="zip" pattern="[0-9]{5}" title="five digits" required></div>
            <div class="field"><label for="city">City</label><input id="city" name="city" required></div>
            <div class="field"><label for="country">Country</label><select id="country" name="country" required>
            <option value="">Please choose</option><option>Austria</option><option>France</option><option>Germany</option>
            <option>Italy</option><option>Switzerland</option></select></div>
            </fieldset>
            <fieldset><legend>Ticket</legend>
            <p role="radiogroup" aria-label="Ticket">
            <label><input type="radio" name="ticket" value="student" required>Student, €40</label>
            <label><input type="radio" name="ticket" value="regular">Regular, €120</label>
            <label><input type="radio" name="ticket" value="patron">Patron, €300</label></p>
            <div class="field"><label for="day">Day of arrival</label>
            <input id="day" name="day" type="date" min="2026-03-01" max="2026-12-31" required></div>
            <p><label><input type="checkbox" name="vegetarian" value="yes">Vegetarian meals</label></p>
            </fieldset>
            <fieldset><legend>Confirm</legend><dl id="summary"></dl>
            <p><label><input type="checkbox" name="terms" value="yes" required>I accept the terms</label></p></fieldset>
            <p><button type="button" id="back">Back</button>
            <button type="submit" id="next" class="primary">Next</button></p>
            </form>
            <p id="status" role="status">Step 1 of 4</p>
            """#,
        script: Page.keep + #"""

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
            """#
    )
}
