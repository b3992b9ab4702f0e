// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0

const byId = (id) => document.getElementById(id);
const state = { language: "English", city: null, interests: [], menu: null };
function show(text) { byId("status").textContent = text; keep(state); }
function option(text, isSelected, choose) {
  const item = document.createElement("li");
  item.role = "option";
  item.textContent = text;
  item.ariaSelected = String(isSelected);
  item.addEventListener("click", () => choose(item));
  return item;
}

const [language, languages] = [byId("language"), byId("language").nextElementSibling];
function openLanguages(isOpen) {
  languages.hidden = !isOpen;
  language.ariaExpanded = String(isOpen);
  if (!isOpen) return;
  languages.replaceChildren(...["English", "Deutsch", "Español", "Français", "Italiano"].map((name) =>
    option(name, name === state.language, () => {
      state.language = name;
      language.textContent = name;
      openLanguages(false);
      show(`Language: ${name}`);
    })));
}
language.addEventListener("click", () => openLanguages(languages.hidden));

const towns = ["Aachen", "Augsburg", "Bamberg", "Basel", "Bergen", "Bern", "Bologna", "Bordeaux", "Bremen",
  "Graz", "Hamburg", "Kiel", "Linz", "Lyon", "Milan", "Nantes", "Porto", "Seville", "Turin", "Vienna"];
const [city, cities] = [byId("city"), byId("cities")];
let pending;
function openCities(isOpen) {
  // A list that was closed meanwhile must not open again.
  clearTimeout(pending);
  const text = city.value.trim().toLowerCase();
  const found = isOpen ? towns.filter((name) => name.toLowerCase().includes(text)).slice(0, 8) : [];
  cities.hidden = found.length === 0;
  city.ariaExpanded = String(found.length > 0);
  cities.replaceChildren(...found.map((name) => option(name, name === state.city, () => {
    state.city = name;
    city.value = name;
    openCities(false);
    show(`Home town: ${name}`);
  })));
}
city.addEventListener("input", () => {
  clearTimeout(pending);
  // Like suggestions from a server.
  pending = setTimeout(() => openCities(true), 150);
});
city.addEventListener("click", () => openCities(true));
city.addEventListener("keydown", (event) => {
  if (event.key === "Escape") openCities(false);
  if (event.key === "Enter" && !cities.hidden) cities.firstChild.click();
});
addEventListener("click", (event) => {
  if (!event.target.closest(".list")) { openLanguages(false); openCities(false); }
});

byId("tags").replaceChildren(...["Music", "Sailing", "Chess", "Cooking"].map((name) =>
  option(name, false, (item) => {
    const at = state.interests.indexOf(name);
    if (at < 0) state.interests.push(name); else state.interests.splice(at, 1);
    item.ariaSelected = String(at < 0);
    show(`Interests: ${state.interests.join(", ") || "none"}`);
  })));
for (const item of document.querySelectorAll("[role=menuitem]")) {
  item.addEventListener("click", () => { state.menu = item.textContent; show(`Menu: ${state.menu}`); });
}
keep(state);
