// Runs before the first paint, so that a page in the chosen colours never flashes in the others.
try {
  document.documentElement.dataset.theme = localStorage.getItem("stepcast.theme") ?? "";
} catch {
  // Storage is switched off: the system's colours are shown.
}
