// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0

// Places in the page's text, and elements by their selectors.

// The places of a text or a pattern, each with what stands around it.
function searchText(wanted, isPattern, most) {
  const lines = (document.body?.innerText ?? '').split('\n').map(plain).filter(Boolean);
  let pattern;
  try {
    pattern = new RegExp(isPattern ? wanted : wanted.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'), 'iu');
  } catch (error) {
    return { reason: `"${wanted}" is no regular expression: ${error.message}` };
  }
  const found = lines.filter((line) => pattern.test(line.slice(0, 10_000)));
  return { count: found.length, lines: found.slice(0, most).map((line) => cut(line, 300)) };
}

// What a selector matches: tags, texts and the wanted attributes, and whether each is shown.
function matching(selector, attributes, most) {
  let found;
  try {
    found = [...document.querySelectorAll(selector)];
  } catch {
    return { reason: `"${selector}" is no CSS selector` };
  }
  const tell = (element) => {
    const told = attributes.map((name) => [name, name === 'href' || name === 'src' ? element[name] : element.getAttribute(name)])
      .filter(([name, value]) => typeof value === 'string' && value !== '' && !(name === 'value' && element.type === 'password'))
      .map(([name, value]) => ` ${name}="${cut(value, 200)}"`).join('');
    const text = plain(element.innerText ?? element.textContent);
    return `<${element.localName}${told}>${cut(text, 150)}${isShown(element) ? '' : ' (not shown)'}`;
  };
  return { count: found.length, lines: found.slice(0, most).map(tell) };
}
