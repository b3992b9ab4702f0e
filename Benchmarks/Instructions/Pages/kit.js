// What all pages share: short names, and the reports of what has been done. A page defines `window.__state`.
"use strict"
const $ = (selector, root = document) => root.querySelector(selector)
const $$ = (selector, root = document) => [...root.querySelectorAll(selector)]
const html = (selector, text) => { $(selector).innerHTML = text }
const people = D.people.slice(0, 6)
const products = D.products.slice(0, 6)
const text = element => element.innerText.replace(/\s+/g, " ").trim()
// One listener for everything in `root` that matches, now or later.
const on = (type, selector, action, root = document) =>
  root.addEventListener(type, event => {
    const element = event.target.closest?.(selector)
    if (element) action(element, event)
  })

{
  const name = location.pathname.split("/").pop()
  let last
  // It is synchronous, so that whoever has acted on the page finds its state told.
  const report = () => {
    if (!window.__state) return
    const state = JSON.stringify(window.__state())
    if (state === last) return
    last = state
    const request = new XMLHttpRequest()
    request.open("POST", "state/" + name, false)
    request.send(state)
  }
  document.addEventListener("DOMContentLoaded", () => {
    report()
    for (const type of ["input", "change", "click", "dblclick", "keydown", "keyup", "pointerup", "drop", "submit"])
      window.addEventListener(type, () => queueMicrotask(report))
    setInterval(report, 40)
  })
}
