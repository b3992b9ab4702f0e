// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0

const cart = {};
const saved = [];
let ordered = false;
const price = (cents) => `€${(cents / 100).toFixed(2)}`;
function draw() {
  const names = Object.keys(cart);
  const count = names.reduce((sum, name) => sum + cart[name].quantity, 0);
  const total = names.reduce((sum, name) => sum + cart[name].quantity * cart[name].cents, 0);
  document.getElementById("status").textContent = ordered ? "Thank you for your order"
    : count ? `${count} ${count === 1 ? "item" : "items"}, ${price(total)}` : "Your cart is empty";
  document.getElementById("checkout").disabled = ordered || count === 0;
  document.getElementById("cart").hidden = count === 0;
  document.querySelector("#cart ul").replaceChildren(...names.map((name) => {
    const item = document.createElement("li");
    const remove = document.createElement("button");
    remove.textContent = "Remove";
    remove.addEventListener("click", () => { delete cart[name]; draw(); });
    item.className = "row";
    item.append(`${cart[name].quantity} × ${name} `, remove);
    return item;
  }));
  const quantities = Object.fromEntries(names.map((name) => [name, cart[name].quantity]));
  keep({ cart: quantities, total: (total / 100).toFixed(2), saved, ordered });
}
for (const card of document.querySelectorAll("article")) {
  const { name, cents } = card.dataset;
  card.querySelector(".add").addEventListener("click", () => {
    cart[name] ??= { cents: Number(cents), quantity: 0 };
    cart[name].quantity += Number(card.querySelector("input").value);
    draw();
  });
  card.querySelector(".wish").addEventListener("click", (event) => {
    const at = saved.indexOf(name);
    if (at < 0) saved.push(name); else saved.splice(at, 1);
    event.currentTarget.ariaPressed = String(at < 0);
    draw();
  });
}
document.getElementById("checkout").addEventListener("click", () => { ordered = true; draw(); });
draw();
