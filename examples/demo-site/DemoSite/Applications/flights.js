// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0

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
