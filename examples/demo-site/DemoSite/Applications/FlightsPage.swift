//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Hummingbird

/// A search for flights: a form with suggestions, and results that take a moment, to be sorted, filtered and chosen from.
enum FlightsPage {
    static func addRoutes(to router: Router<DemoSiteContext>) {
        router.get("flights") { _, _ in Self.page }
    }

    private static let page = Page(
        title: "Flights",
        content: #"""
            <h1>Flights</h1>
            <form id="search" class="toolbar">
            <label>From <input name="from" id="from" list="cities" autocomplete="off" required></label>
            <label>To <input name="to" id="to" list="cities" autocomplete="off" required></label>
            <label>Depart <input name="depart" type="date" value="2026-06-01" required></label>
            <label>Travellers <select name="travellers"><option>1</option><option>2</option><option>3</option>
            <option>4</option></select></label>
            <button class="primary">Find flights</button>
            </form>
            <datalist id="cities"><option>Berlin</option><option>Lisbon</option><option>London</option>
            <option>Oslo</option><option>Paris</option><option>Rome</option></datalist>
            <div id="found" hidden>
            <div class="toolbar"><label>Sort by <select id="sort"><option value="price">Price</option>
            <option value="minutes">Duration</option><option value="departs">Departure</option></select></label>
            <label><input type="checkbox" id="direct">Direct only</label></div>
            <ol id="results" class="plain"></ol></div>
            <p id="status" role="status">Where do you want to go?</p>
            """#,
        script: Page.keep + #"""

            const byId = (id) => document.getElementById(id);
            const airlines = ["Aerolith", "Blue Heron", "Cumulus", "Dash Air", "Ember"];
            let asked = null;
            let flights = [];
            let chosen = null;
            const clock = (minutes) => `${String(Math.floor(minutes / 60) % 24).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`;
            function draw(status) {
              const key = byId("sort").value;
              const shown = flights.filter((flight) => !byId("direct").checked || flight.stops === 0)
                .sort((a, b) => a[key] - b[key]);
              byId("found").hidden = flights.length === 0;
              byId("results").replaceChildren(...shown.map((flight) => {
                const item = document.createElement("li");
                item.className = "card row";
                item.innerHTML = `<div class="grow"><h2></h2><p class="when"></p></div><b class="price"></b><button>Select</button>`;
                item.querySelector("h2").textContent = flight.airline;
                item.querySelector(".when").textContent = `${clock(flight.departs)} – ${clock(flight.departs + flight.minutes)}, `
                  + (flight.stops ? `${flight.stops} stop` : "direct");
                item.querySelector(".price").textContent = `€${flight.price}`;
                item.querySelector("button").addEventListener("click", () => {
                  chosen = flight.airline;
                  draw(`You have chosen ${flight.airline} for €${flight.price}`);
                });
                return item;
              }));
              if (status) byId("status").textContent = status;
              keep({ asked, shown: shown.map(({ airline, price }) => `${airline} ${price}`), sort: key, chosen });
            }
            byId("search").addEventListener("submit", (event) => {
              event.preventDefault();
              asked = Object.fromEntries(new FormData(event.target));
              flights = [];
              chosen = null;
              draw("Searching…");
              setTimeout(() => {
                const seed = [...`${asked.from}${asked.to}${asked.depart}`.toLowerCase()]
                  .reduce((sum, letter) => (sum * 31 + letter.codePointAt(0)) % 9973, 7);
                flights = airlines.map((airline, index) => ({
                  airline, price: (60 + (seed * (index + 3)) % 240) * Number(asked.travellers),
                  minutes: 95 + (seed * (index + 5)) % 300, departs: 360 + (seed * (index + 7)) % 840, stops: (seed + index) % 3 ? 0 : 1,
                }));
                draw(`${flights.length} flights from ${asked.from} to ${asked.to}`);
              }, 600);
            });
            byId("sort").addEventListener("change", () => draw());
            byId("direct").addEventListener("change", () => draw());
            draw();
            """#
    )
}
