// Making elements. Text stays text: nothing here parses markup.

/**
 * `h("button.quiet", { onclick }, "text", child)`. A property that begins with `on` is a listener, `set` has CSS
 * properties, everything else is an attribute. Children may be nested lists; nothing is made of null, undefined, false.
 */
export function h(name, properties = {}, ...children) {
  const [tag, ...classes] = name.split(".");
  const node = document.createElement(tag || "div");
  if (classes.length) node.className = classes.join(" ");
  for (const [key, value] of Object.entries(properties ?? {})) {
    if (value === undefined || value === null || value === false) continue;
    if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
    else if (key === "set") for (const [property, to] of Object.entries(value)) node.style.setProperty(property, to);
    else node.setAttribute(key, value === true ? "" : value);
  }
  node.append(...children.flat(3).filter((child) => child !== undefined && child !== null && child !== false));
  return node;
}

/** Whether a key press belongs to the element that it happens in. */
export const isTyping = (target) => Boolean(target.closest?.("input, textarea, select, [contenteditable]"));

/** A file that belongs to the page. */
export const asset = (name) => new URL(name, import.meta.url).pathname;
