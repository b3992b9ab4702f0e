// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0

// Numbers on elements, for the moment of a picture.

let marks = null;
const markColors = ['#c2185b', '#1565c0', '#2e7d32', '#6a1b9a', '#b23c00', '#00695c'];

function showMarks(list) {
  hideMarks();
  marks = document.createElement('div');
  marks.style.cssText = 'all: initial; position: fixed; inset: 0; pointer-events: none; z-index: 2147483647';
  const root = marks.attachShadow({ mode: 'closed' });
  for (const [index, [text, x, y, width, height]] of list.entries()) {
    const color = markColors[index % markColors.length];
    const frame = document.createElement('div');
    frame.style.cssText = `position: fixed; box-sizing: border-box; left: ${x}px; top: ${y}px; width: ${width}px; ` +
      `height: ${height}px; border: 1px solid ${color}`;
    const label = document.createElement('div');
    label.textContent = text;
    label.style.cssText = `position: fixed; left: ${Math.max(x, 0)}px; top: ${Math.max(y - (height < 24 ? 11 : 0), 0)}px; ` +
      `background: ${color}; color: #fff; font: bold 10px/11px sans-serif; padding: 0 2px`;
    root.append(frame, label);
  }
  // Above dialogs too, which lie in the top layer.
  if (document.querySelector(':modal')) marks.popover = 'manual';
  document.documentElement.append(marks);
  if (marks.popover) marks.showPopover();
}

function hideMarks() {
  marks?.remove();
  marks = null;
}
