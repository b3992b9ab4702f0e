// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0

const byId = (id) => document.getElementById(id);
let todos = JSON.parse(localStorage.getItem("todos") ?? "[]");
let editing = null;
const filters = { "": () => true, active: (todo) => !todo.completed, completed: (todo) => todo.completed };
const filterName = () => (location.hash.slice(2) in filters ? location.hash.slice(2) : "");

function element(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

function finishEditing(todo, title) {
  if (editing !== todo) return;
  editing = null;
  if (title !== null) {
    todo.title = title.trim();
    if (!todo.title) todos = todos.filter((other) => other !== todo);
  }
  changed();
}

function line(todo) {
  const item = element("li", { className: todo.completed ? "row done" : "row" });
  if (editing === todo) {
    const input = element("input", { className: "edit", value: todo.title, ariaLabel: "Edit the thing to do" });
    input.addEventListener("keydown", (event) => {
      if (event.key === "Enter") finishEditing(todo, input.value);
      if (event.key === "Escape") finishEditing(todo, null);
    });
    input.addEventListener("blur", () => finishEditing(todo, input.value));
    item.append(input);
    setTimeout(() => { input.focus(); input.setSelectionRange(input.value.length, input.value.length); });
    return item;
  }
  const box = element("input", { type: "checkbox", checked: todo.completed, ariaLabel: `Done: ${todo.title}` });
  box.addEventListener("change", () => { todo.completed = box.checked; changed(); });
  const label = element("label", { className: "grow" }, todo.title);
  label.addEventListener("dblclick", () => { editing = todo; draw(); });
  const remove = element("button", { type: "button", className: "on-hover", ariaLabel: `Delete ${todo.title}` }, "×");
  remove.addEventListener("click", () => { todos = todos.filter((other) => other !== todo); changed(); });
  item.append(box, label, remove);
  return item;
}

function draw() {
  const left = todos.filter((todo) => !todo.completed).length;
  byId("listed").hidden = todos.length === 0;
  byId("todos").replaceChildren(...todos.filter(filters[filterName()]).map(line));
  byId("count").textContent = `${left} ${left === 1 ? "item" : "items"} left`;
  byId("toggle-all").checked = left === 0;
  byId("clear").hidden = left === todos.length;
  for (const link of document.querySelectorAll(".toolbar a")) {
    link.ariaCurrent = link.getAttribute("href") === `#/${filterName()}` ? "page" : null;
  }
  keep({ todos, filter: filterName() || "all", left, editing: editing?.title ?? null });
}

function changed() {
  localStorage.setItem("todos", JSON.stringify(todos));
  draw();
}

byId("new").addEventListener("submit", (event) => {
  event.preventDefault();
  const title = byId("new-todo").value.trim();
  if (!title) return;
  todos.push({ title, completed: false });
  byId("new-todo").value = "";
  changed();
});
byId("toggle-all").addEventListener("change", () => {
  for (const todo of todos) todo.completed = byId("toggle-all").checked;
  changed();
});
byId("clear").addEventListener("click", () => { todos = todos.filter((todo) => !todo.completed); changed(); });
addEventListener("hashchange", draw);
draw();
