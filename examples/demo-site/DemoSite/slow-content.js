// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0

setTimeout(() => {
  document.getElementById("content").innerHTML =
    '<h2>Results</h2><ul><li>First</li><li>Second</li></ul><button id="more">Show more</button>';
  document.getElementById("more").addEventListener("click", () => {
    document.getElementById("status").textContent = "More shown";
  });
  document.getElementById("status").textContent = "Loaded";
}, Number(document.getElementById("content").dataset.delay));
