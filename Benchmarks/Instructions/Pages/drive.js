// Acts on a page as a person does, for the test of the checkers.
"use strict"
window.drive = async action => {
  let error = ""
  try { await action() } catch (thrown) { error = String(thrown) }
  document.documentElement.dataset.driven = error || "done"
  window.dispatchEvent(new Event("driven"))
}
const wait = milliseconds => new Promise(resolve => setTimeout(resolve, milliseconds))
// Does what leads to another page, after the script has ended.
const leave = action => { setTimeout(action, 50) }
const until = async find => {
  for (let turn = 0; turn < 150; turn++) {
    try { const found = find(); if (found) return found } catch {}
    await wait(40)
  }
  throw new Error("waited in vain for " + find)
}
const everything = root => [...root.querySelectorAll("*")].flatMap(element => [
  element,
  ...(element.shadowRoot ? everything(element.shadowRoot) : []),
  ...(element.tagName === "IFRAME" && element.contentDocument ? everything(element.contentDocument) : []),
])
const plain = text => (text ?? "").replace(/\s+/g, " ").trim()
const isShown = element => element.getClientRects().length > 0
const names = element => [
  element.getAttribute("aria-label"), element.title, element.placeholder, element.alt,
  element.tagName === "INPUT" && ["submit", "button"].includes(element.type) ? element.value : null, element.innerText,
].map(plain)
// The innermost shown element with this name.
const by = (name, root = document) => {
  if (typeof name !== "string") return name
  const found = everything(root).filter(element => isShown(element) && names(element).includes(name))
  if (!found.length) throw new Error("nothing is named " + name)
  return found.find(element => element.matches("a,button,input,summary,[role]")) ?? found.at(-1)
}
const row = name => by(name).closest("tr,li,article,[role=row],.row,fieldset,section")
const field = (name, root = document) => {
  const own = label => {
    const copy = label.cloneNode(true)
    for (const part of copy.querySelectorAll("select, textarea, output, button")) part.remove()
    return plain(copy.textContent).replace(/[:*]| ?\(.*\)/g, "").trim()
  }
  const label = everything(root).find(element => element.tagName === "LABEL" && own(element) === name)
  return label?.control ?? everything(root).find(element =>
    [element.getAttribute("aria-label"), element.placeholder, element.name, element.id].includes(name))
    ?? (() => { throw new Error("no field is named " + name) })()
}
const fire = (element, type, Kind = MouseEvent, more = {}) => {
  const box = element.getBoundingClientRect()
  const at = { clientX: box.x + box.width / 2, clientY: box.y + box.height / 2 }
  return element.dispatchEvent(new Kind(type, { bubbles: true, cancelable: true, composed: true, ...at, ...more }))
}
const hover = name => {
  const element = by(name)
  for (const type of ["pointerover", "pointerenter", "mouseover", "mouseenter", "mousemove"]) fire(element, type)
}
const click = (name, root) => {
  const element = by(name, root)
  fire(element, "pointerdown", PointerEvent)
  fire(element, "mousedown")
  element.focus?.()
  fire(element, "pointerup", PointerEvent)
  fire(element, "mouseup")
  element.click ? element.click() : fire(element, "click")
}
const double = name => { click(name); click(name); fire(by(name), "dblclick") }
const type = (name, value, root) => {
  const element = typeof name === "string" ? field(name, root) : name
  element.focus()
  if (element.isContentEditable) element.textContent = value
  else {
    const kind = element.tagName === "TEXTAREA" ? HTMLTextAreaElement : HTMLInputElement
    Object.getOwnPropertyDescriptor(kind.prototype, "value").set.call(element, value)
  }
  element.dispatchEvent(new InputEvent("input", { bubbles: true, composed: true, data: value }))
  element.dispatchEvent(new Event("change", { bubbles: true, composed: true }))
}
const key = (element, name, more = {}) => {
  const shown = typeof element === "string" ? field(element) : element
  const isFree = fire(shown, "keydown", KeyboardEvent, { key: name, ...more })
  fire(shown, "keyup", KeyboardEvent, { key: name, ...more })
  if (isFree && name === "Enter" && shown.form) shown.form.requestSubmit()
}
const choose = (name, ...options) => {
  const element = typeof name === "string" ? field(name) : name
  for (const option of element.options) {
    if (element.multiple || options.includes(plain(option.text))) option.selected = options.includes(plain(option.text))
  }
  element.dispatchEvent(new Event("input", { bubbles: true }))
  element.dispatchEvent(new Event("change", { bubbles: true }))
}
const tick = (name, root) => field(name, root).click()
const drag = (from, to) => {
  const [source, target] = [by(from), by(to)]
  const dataTransfer = new DataTransfer()
  fire(source, "pointerdown", PointerEvent); fire(source, "mousedown")
  fire(source, "dragstart", DragEvent, { dataTransfer })
  fire(target, "dragenter", DragEvent, { dataTransfer }); fire(target, "dragover", DragEvent, { dataTransfer })
  fire(target, "drop", DragEvent, { dataTransfer }); fire(source, "dragend", DragEvent, { dataTransfer })
}
const attach = (name, ...files) => {
  const transfer = new DataTransfer()
  for (const file of files) transfer.items.add(new File([file], file))
  const input = typeof name === "string" ? field(name) : name
  input.files = transfer.files
  input.dispatchEvent(new Event("change", { bubbles: true }))
}
// How native dialogs are answered from now on.
const answer = value => {
  window.alert = () => {}
  window.confirm = () => value !== false
  window.prompt = () => value === false ? null : value
}
