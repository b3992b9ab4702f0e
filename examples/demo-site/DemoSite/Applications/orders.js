// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0

const byId = (id) => document.getElementById(id);
const customers = ["Ada Lovelace", "Blaise Pascal", "Charles Babbage", "Dorothy Vaughan", "Edsger Dijkstra",
  "Frances Allen", "Grace Hopper"];
const orders = Array.from({ length: 23 }, (_, index) => ({
  number: 1001 + index, customer: customers[(index * 3) % 7],
  date: `2026-${String(1 + (index * 5) % 12).padStart(2, "0")}-${String(1 + (index * 11) % 28).padStart(2, "0")}`,
  total: ((index * 7919) % 50000) / 100 + 5, status: index % 4 === 0 ? "Paid" : "Open", selected: false,
}));
let sort = { key: "number", ascending: true };
let page = 1;
let details = null;
const deleted = [];

function draw() {
  const text = byId("filter").value.toLowerCase();
  const found = orders.filter((order) => !deleted.includes(order.number)
    && `${order.number} ${order.customer}`.toLowerCase().includes(text));
  found.sort((a, b) => (a[sort.key] < b[sort.key] ? -1 : a[sort.key] > b[sort.key] ? 1 : 0)
    * (sort.ascending ? 1 : -1));
  const size = Number(byId("size").value);
  const pages = Math.max(1, Math.ceil(found.length / size));
  page = Math.min(page, pages);
  const shown = found.slice((page - 1) * size, page * size);
  document.querySelector("tbody").replaceChildren(...shown.map((order) => {
    const row = document.createElement("tr");
    row.innerHTML = `<td><input type="checkbox" aria-label="Select row"></td>`
      + "<td></td>".repeat(5) + `<td><button>Pay</button> <button>Details</button> <button>Delete</button></td>`;
    [order.number, order.customer, order.date, `€${order.total.toFixed(2)}`, order.status]
      .forEach((value, index) => { row.cells[index + 1].textContent = value; });
    const tick = row.querySelector("input");
    tick.checked = order.selected;
    tick.addEventListener("change", () => { order.selected = tick.checked; draw(); });
    const [pay, show, remove] = row.querySelectorAll("button");
    pay.disabled = order.status === "Paid";
    pay.addEventListener("click", () => { order.status = "Paid"; say(`Order ${order.number} is paid`); });
    show.addEventListener("click", () => { details = order.number; say(`Order ${order.number} is for ${order.customer}`); });
    remove.addEventListener("click", () => { deleted.push(order.number); say(`Order ${order.number} is deleted`); });
    return row;
  }));
  for (const head of document.querySelectorAll("th[aria-sort]")) {
    head.ariaSort = head.firstChild.dataset.key !== sort.key ? "none" : sort.ascending ? "ascending" : "descending";
  }
  byId("numbers").replaceChildren(...Array.from({ length: pages }, (_, index) => {
    const button = document.createElement("button");
    button.textContent = index + 1;
    button.ariaLabel = `Page ${index + 1}`;
    button.ariaCurrent = index + 1 === page ? "page" : null;
    button.addEventListener("click", () => { page = index + 1; draw(); });
    return button;
  }));
  byId("previous").disabled = page === 1;
  byId("next").disabled = page === pages;
  byId("shown").textContent = `Page ${page} of ${pages}, ${found.length} orders`;
  keep({
    page, pages, size, sort, filter: text, shown: shown.map(({ number }) => number), details, deleted,
    paid: orders.filter(({ status }) => status === "Paid").map(({ number }) => number),
    selected: orders.filter(({ selected }) => selected).map(({ number }) => number),
  });
}
function say(text) { byId("status").textContent = text; draw(); }
for (const button of document.querySelectorAll("th button")) {
  button.addEventListener("click", () => {
    const { key } = button.dataset;
    sort = { key, ascending: sort.key === key ? !sort.ascending : true };
    draw();
  });
}
byId("all").addEventListener("change", () => {
  for (const number of window.state.shown) orders[number - 1001].selected = byId("all").checked;
  draw();
});
byId("previous").addEventListener("click", () => { page -= 1; draw(); });
byId("next").addEventListener("click", () => { page += 1; draw(); });
byId("filter").addEventListener("input", () => { page = 1; draw(); });
byId("size").addEventListener("change", () => { page = 1; draw(); });
draw();
