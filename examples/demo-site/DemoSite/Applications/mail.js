// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0

const byId = (id) => document.getElementById(id);
const mail = [
  ["Grace Hopper", "grace@example.com", "Nanoseconds", "I have brought you a wire of 30 centimetres."],
  ["Alan Turing", "alan@example.com", "A question", "Can we meet on Thursday at 4 pm? I have a paper to show."],
  ["Newsletter", "news@example.com", "Offers of the week", "Everything must go, as every week."],
  ["Grace Hopper", "grace@example.com", "The moth", "We have found the bug. It is taped into the log book."],
  ["Library", "desk@example.com", "Your book is due", "Please return “The Art of Computing” by 12 March 2026."],
  ["Newsletter", "news@example.com", "Only today", "The same as last week, but only today."],
].map(([from, address, subject, text], index) =>
  ({ id: index + 1, from, address, subject, text, read: index > 2, starred: false, selected: false }));
let box = mail.slice();
let open = null;
const archived = [];
const deleted = [];
const sent = [];

function row(message) {
  const item = document.createElement("li");
  item.className = message.read ? "row" : "row unread";
  item.innerHTML = `<input type="checkbox" aria-label="Select"><button class="star"></button>
    <a href="#" class="grow"><b></b> <span></span></a>`;
  const tick = item.querySelector("input");
  tick.checked = message.selected;
  tick.addEventListener("change", () => { message.selected = tick.checked; draw(); });
  const star = item.querySelector("button");
  star.textContent = message.starred ? "★" : "☆";
  star.ariaLabel = message.starred ? "Starred" : "Not starred";
  star.addEventListener("click", () => { message.starred = !message.starred; draw(); });
  item.querySelector("b").textContent = message.from;
  item.querySelector("span").textContent = message.subject;
  item.querySelector("a").addEventListener("click", (event) => {
    event.preventDefault();
    message.read = true;
    open = message;
    draw();
  });
  return item;
}

function draw() {
  const text = byId("find").value.toLowerCase();
  const shown = box.filter((message) => `${message.from} ${message.subject}`.toLowerCase().includes(text));
  byId("list").replaceChildren(...shown.map(row));
  byId("list").hidden = open !== null;
  byId("message").hidden = open === null;
  if (open) {
    byId("message").querySelector("h2").textContent = open.subject;
    byId("message").querySelector(".quiet").textContent = `From ${open.from} <${open.address}>`;
    byId("message").querySelector(".text").textContent = open.text;
  }
  const chosen = open ? [open] : box.filter((message) => message.selected);
  byId("archive").disabled = byId("delete").disabled = chosen.length === 0;
  const unread = box.filter((message) => !message.read).length;
  byId("status").textContent = `${box.length} messages, ${unread} unread`;
  keep({
    open: open?.subject ?? null, unread, shown: shown.map(({ id }) => id),
    starred: box.filter(({ starred }) => starred).map(({ id }) => id),
    selected: box.filter(({ selected }) => selected).map(({ id }) => id), archived, deleted, sent,
  });
}

function moveTo(place) {
  const chosen = open ? [open] : box.filter((message) => message.selected);
  place.push(...chosen.map(({ id }) => id));
  box = box.filter((message) => !chosen.includes(message));
  open = null;
  draw();
}

function write(to, subject) {
  byId("to").value = to;
  byId("subject").value = subject;
  byId("text").value = "";
  byId("editor").showModal();
}

byId("archive").addEventListener("click", () => moveTo(archived));
byId("delete").addEventListener("click", () => moveTo(deleted));
byId("close").addEventListener("click", () => { open = null; draw(); });
byId("compose").addEventListener("click", () => write("", ""));
byId("reply").addEventListener("click", () => write(open.address, `Re: ${open.subject}`));
byId("find").addEventListener("input", draw);
byId("all").addEventListener("change", () => {
  for (const message of box) message.selected = byId("all").checked;
  draw();
});
byId("editor").addEventListener("close", () => {
  if (byId("editor").returnValue !== "send") return;
  sent.push({ to: byId("to").value, subject: byId("subject").value, text: byId("text").value });
  draw();
});
draw();
