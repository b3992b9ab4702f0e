// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0

const byId = (id) => document.getElementById(id);
const state = { cv: [], papers: [], photo: [], dropped: [], sent: null };
const list = (files) => [...files].map(({ name, size }) => ({ name, size }));
function draw() {
  state.cv = list(byId("cv").files);
  state.papers = list(byId("papers").files);
  state.photo = list(byId("photo").files);
  const all = [...state.cv, ...state.papers, ...state.photo, ...state.dropped];
  byId("photo-name").textContent = state.photo[0]?.name ?? "None";
  byId("send").disabled = all.length === 0;
  byId("status").textContent = state.sent !== null ? `Sent ${state.sent.count} files, ${state.sent.bytes} bytes`
    : all.length ? all.map(({ name, size }) => `${name} (${size} bytes)`).join(", ") : "Nothing chosen";
  keep(state);
}
for (const id of ["cv", "papers", "photo"]) byId(id).addEventListener("change", draw);
byId("choose").addEventListener("click", () => byId("photo").click());
byId("drop").addEventListener("dragover", (event) => event.preventDefault());
byId("drop").addEventListener("drop", (event) => {
  event.preventDefault();
  state.dropped = list(event.dataTransfer.files);
  draw();
});
byId("send").addEventListener("click", async () => {
  const files = [...byId("cv").files, ...byId("papers").files, ...byId("photo").files];
  const answer = await fetch("/upload", { method: "POST", body: new Blob(files) });
  state.sent = { count: files.length, bytes: (await answer.json()).bytes };
  draw();
});
draw();
