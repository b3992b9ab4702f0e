//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Browser
import JSON
import PageActions
import Testing

extension PageActionTests {
    @Suite("Values")
    struct ValueTests {
        private static let rail = "width: 200px; height: 20px; position: relative; background: #ddd; user-select: none"
        private static let handle = "position: absolute; left: 0; width: 16px; height: 20px; background: #06c"

        @Test(
            "A slider is moved until it shows the value, by keys or by its handle",
            arguments: [
                // With a role, by keys.
                """
                <div id=s role=slider tabindex=0 aria-label=Level aria-valuemin=0 aria-valuemax=255 aria-valuenow=100
                 style='\(rail)'></div><script>s.onkeydown = (e) => { const d = { ArrowRight: 1, ArrowLeft: -1 }[e.key] ?? 0;
                 s.ariaValueNow = Number(s.ariaValueNow) + d; out.textContent = s.ariaValueNow }</script>
                """,
                // Without a role: a handle that takes keys, a number beside it.
                """
                <div class=rail style='\(rail)'><span id=s tabindex=0 title=Level style='\(handle)'></span></div>
                <script>let v = 20; s.onkeydown = (e) => { v += { ArrowRight: 5, ArrowLeft: -5 }[e.key] ?? 0;
                 s.style.left = v / 2 + 'px'; out.textContent = v }</script>
                """,
                // A handle that is dragged alone.
                """
                <div class=rail style='\(rail)'><span id=s tabindex=0 title=Level style='\(handle)'></span></div>
                <script>s.onpointerdown = (e) => { s.setPointerCapture(e.pointerId); const x = e.clientX, from = s.offsetLeft;
                 s.onpointermove = (m) => { const l = Math.max(0, Math.min(184, from + m.clientX - x));
                  s.style.left = l + 'px'; out.textContent = Math.round(l / 184 * 200) } ; s.onpointerup = () => {
                  s.onpointermove = null } }</script>
                """,
            ]
        )
        func sliders(html: String) async throws {
            try await ActionScene.with("<div><p>Value: <b id=out>0</b></p>\(html)</div>") { scene in
                try await scene.perform(.setValue("130", of: try await scene.seen("Level")))
                #expect(try await scene.output() == "130")
            }
        }

        @Test("A slider that does not move, and a value beyond its ends, are told")
        func stuckSlider() async throws {
            let html = """
                <div role=slider tabindex=0 aria-label=Level aria-valuemin=0 aria-valuemax=10 aria-valuenow=3
                 style='\(Self.rail)'></div>
                """
            try await ActionScene.with(html) { scene in
                let slider = try await scene.seen("Level")
                #expect(try await scene.failure(of: .setValue("7", of: slider)).kind == .notVerified)
                #expect(try await scene.failure(of: .setValue("70", of: slider)).kind == .refusedValue)
            }
        }

        @Test("Dates, times, colours and ranges of HTML are set and read back")
        func native() async throws {
            let html = """
                <label>Day <input type=date></label><label>At <input type=time></label>
                <label>Paint <input type=color></label><label>Volume <input type=range max=50></label>
                """
            try await ActionScene.with(html) { scene in
                for (name, value) in [("Day", "2026-03-12"), ("At", "15:30"), ("Paint", "#ff8800"), ("Volume", "35")] {
                    let outcome = try await scene.perform(.setValue(value, of: try await scene.seen(name)))
                    #expect(outcome.verified == [.holds(value, field: name)])
                }
                let failure = try await scene.failure(of: .setValue("tomorrow", of: try await scene.seen("Day")))
                #expect(failure.kind == .refusedValue)
            }
        }

        @Test(
            "A date is written in the form that the field states",
            arguments: [
                ("placeholder='MM/DD/YYYY'", "12/24/2026"), ("placeholder='dd.mm.yyyy'", "24.12.2026"),
                ("title='for example 31/12/2025'", "24/12/2026"), ("placeholder='D MMM YYYY'", "24 Dec 2026"),
                ("", "2026-12-24"),
            ]
        )
        func statedForms(attributes: String, text: String) async throws {
            try await ActionScene.with("<label>Date <input id=d \(attributes)></label>") { scene in
                try await scene.perform(.setValue("2026-12-24", of: try await scene.seen("Date")))
                #expect(try await scene.page.evaluate("document.getElementById('d').value").string == text)
            }
        }

        /// A calendar behind a field; `head` shows the month, and how it is turned.
        private static func calendar(head: String, form: String) -> String {
            """
            <label>Departure <input id=d readonly></label><div id=c hidden>\(head)<table><tbody id=t></tbody></table></div>
            <script>let y = 2026, m = 10; const names = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August',
              'September', 'October', 'November', 'December'];
            function draw() { document.dispatchEvent(new Event('draw')); t.replaceChildren();
              const first = new Date(y, m, 1).getDay(), days = new Date(y, m + 1, 0).getDate(); let row = t.insertRow();
              for (let i = 0; i < first; i++) row.insertCell();
              for (let day = 1; day <= days; day++) { if (row.cells.length === 7) row = t.insertRow(); const cell = row.insertCell();
                cell.innerHTML = '<a href="#">' + day + '</a>'; cell.firstChild.onclick = (e) => { e.preventDefault();
                  d.value = \(form); c.hidden = true } } }
            function turn(by) { m += by; while (m > 11) { m -= 12; y++ } while (m < 0) { m += 12; y-- } draw() }
            d.onclick = () => { c.hidden = false; draw() }</script>
            """
        }

        private static let arrows = """
            <a href='#' onclick='turn(-1); return false'><span>Prev</span></a> <b id=h></b>
            <a href='#' onclick='turn(1); return false'><span>Next</span></a>
            <script>document.addEventListener('draw', () => { h.textContent = names[m] + ' ' + y })</script>
            """
        private static let signs = """
            <button onclick='turn(-1)'>‹</button><span id=a></span> <span id=b></span><button onclick='turn(1)'>›</button>
            <script>document.addEventListener('draw', () => { a.textContent = names[m].slice(0, 3); b.textContent = y })</script>
            """
        private static let lists = """
            <select id=mm onchange='m = mm.selectedIndex; draw()'></select><select id=yy onchange='y = Number(yy.value); draw()'>
            <option>2025<option>2026<option>2027</select><script>document.addEventListener('draw', () => {
              if (!mm.length) for (const name of names) mm.add(new Option(name.slice(0, 3)));
              mm.selectedIndex = m; yy.value = y })</script>
            """

        @Test(
            "A calendar behind a field that cannot be typed into is turned to the day",
            arguments: [
                (arrows, "(m + 1) + '/' + day + '/' + y", "3/5/2027", "2027-03-05"),
                (signs, "day + ' ' + names[m] + ' ' + y", "31 August 2026", "2026-08-31"),
                (lists, "y + '-' + (m + 1) + '-' + day", "2025-2-1", "2025-02-01"),
            ]
        )
        func calendars(head: String, form: String, held: String, day: String) async throws {
            try await ActionScene.with(Self.calendar(head: head, form: form)) { scene in
                let outcome = try await scene.perform(.setValue(day, of: try await scene.seen("Departure")))
                #expect(outcome.verified == [.holds(held, field: "Departure")])
            }
        }
    }
}
