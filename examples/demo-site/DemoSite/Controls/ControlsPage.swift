//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Hummingbird

/// A form with every kind of field that HTML has: date, time, number, range, colour, lists, text.
enum ControlsPage {
    static func addRoutes(to router: Router<DemoSiteContext>) {
        router.get("controls") { _, _ in Self.page }
    }

    private static let page = Page(
        title: "Book a room",
        content: #"""
            <h1>Book a room</h1>
            <form>
            <div class="field"><label for="date">Date</label><input type="date" id="date" name="date"></div>
            <div class="field"><label for="time">Time</label><input type="time" id="time" name="time"></div>
            <div class="field"><label for="reminder">Reminder</label>
            <input type="datetime-local" id="reminder" name="reminder"></div>
            <div class="field"><label for="month">Month of the invoice</label>
            <input type="month" id="month" name="month"></div>
            <div class="field"><label for="week">Calendar week</label><input type="week" id="week" name="week"></div>
            <div class="field"><label for="guests">Guests</label>
            <input type="number" id="guests" name="guests" min="1" max="20" value="2"></div>
            <div class="field"><label for="warmth">Temperature <output id="degrees">20</output> °C</label>
            <input type="range" id="warmth" name="warmth" min="15" max="25" value="20"></div>
            <div class="field"><label for="colour">Colour of the flowers</label>
            <input type="color" id="colour" name="colour" value="#ffffff"></div>
            <div class="field"><label for="room">Room</label><select id="room" name="room">
            <optgroup label="Ground floor"><option>Garden room</option><option>Library</option></optgroup>
            <optgroup label="First floor"><option>Blue room</option><option>Tower</option></optgroup></select></div>
            <div class="field"><label for="equipment">Equipment</label>
            <select id="equipment" name="equipment" multiple size="4"><option>Projector</option><option>Whiteboard</option>
            <option>Microphone</option><option>Piano</option></select></div>
            <fieldset><legend>Catering</legend>
            <label><input type="checkbox" name="catering" value="coffee">Coffee</label>
            <label><input type="checkbox" name="catering" value="tea">Tea</label>
            <label><input type="checkbox" name="catering" value="cake">Cake</label></fieldset>
            <fieldset><legend>Payment</legend>
            <label><input type="radio" name="payment" value="invoice" checked>Invoice</label>
            <label><input type="radio" name="payment" value="card">Card</label></fieldset>
            <div class="field"><label for="wishes">Wishes</label>
            <textarea id="wishes" name="wishes" rows="3"></textarea></div>
            <div class="field"><span id="notes-label">Notes for the staff</span>
            <div id="notes" class="editor" contenteditable="true" role="textbox" aria-multiline="true"
              aria-labelledby="notes-label"></div></div>
            <div class="field"><span id="quiet-label">Do not disturb</span>
            <button type="button" id="quiet" role="switch" aria-checked="false" aria-labelledby="quiet-label">Off</button></div>
            <button type="submit" class="primary">Book</button> <button type="reset">Start over</button>
            </form>
            <p id="status" role="status">Not booked</p>
            """#,
        script: Page.keep + #"""

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
            """#
    )
}
