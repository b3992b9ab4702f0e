// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0

// The words for what is drawn: colours and shapes.

// The parts of `rgb(1, 2, 3)` or `rgba(1, 2, 3, 0.5)`; null for what cannot be seen.
function channels(text) {
  const parts = /^rgba?\(([^)]+)\)$/.exec(text)?.[1].split(/[\s,/]+/).map(Number);
  if (!parts || parts.length < 3 || parts[3] === 0) return null;
  return parts.slice(0, 3);
}

function colorWord(text) {
  const rgb = channels(text);
  if (!rgb) return '';
  const [r, g, b] = rgb.map((part) => part / 255);
  const high = Math.max(r, g, b), low = Math.min(r, g, b), span = high - low, light = (high + low) / 2;
  const saturation = span === 0 ? 0 : span / (1 - Math.abs(2 * light - 1));
  if (span < 0.06 || saturation < 0.12) return light > 0.93 ? 'white' : light < 0.12 ? 'black' : 'grey';
  if (light < 0.07) return 'black';
  let hue = high === r ? ((g - b) / span) % 6 : high === g ? (b - r) / span + 2 : (r - g) / span + 4;
  hue = (hue * 60 + 360) % 360;
  if (hue < 14 || hue >= 345) return light > 0.72 ? 'pink' : light < 0.25 && hue >= 5 && hue < 14 ? 'brown' : 'red';
  if (hue < 46) return light < 0.42 && saturation < 0.85 || light < 0.27 ? 'brown' : 'orange';
  if (hue < 68) return 'yellow';
  if (hue < 165) return 'green';
  if (hue < 192) return 'cyan';
  if (hue < 255) return 'blue';
  if (hue < 292) return 'purple';
  return light > 0.4 && (hue >= 318 || light > 0.65) ? 'pink' : hue >= 318 ? 'pink' : light < 0.55 ? 'purple' : 'magenta';
}

const isSVG = (element) => element.namespaceURI === 'http://www.w3.org/2000/svg';
const drawnTags = new Set(['circle', 'rect', 'ellipse', 'line', 'polyline', 'polygon', 'path', 'text', 'image', 'use']);

const lettering = (text) => text.length !== 1 ? 'text' : /\p{L}/u.test(text) ? 'letter' : /\p{N}/u.test(text) ? 'digit' : 'text';

// The shape of an SVG element, or of an empty box that is drawn by its borders and background.
function shapeOf(element, style, box) {
  const { width, height } = box;
  if (isSVG(element)) {
    switch (element.localName) {
      case 'rect': return Math.abs(width - height) <= Math.max(width, height) * 0.03 ? 'square' : 'rectangle';
      case 'polygon': case 'polyline': {
        const count = element.points?.numberOfItems ?? 0;
        return count === 3 ? 'triangle' : count === 4 && element.localName === 'polygon' ? 'polygon'
          : element.localName === 'polyline' ? 'line' : 'polygon';
      }
      case 'text': return lettering(plain(element.textContent));
      default: return drawnTags.has(element.localName) ? element.localName : '';
    }
  }
  if (element.childElementCount > 0 || plain(element.textContent) !== '') return '';
  const borders = ['Top', 'Right', 'Bottom', 'Left'].filter((side) => parseFloat(style[`border${side}Width`]) > 0);
  if (element.clientWidth === 0 && element.clientHeight === 0 && borders.length >= 2) return 'triangle';
  if (style.backgroundColor === 'rgba(0, 0, 0, 0)' && borders.length === 0) return '';
  if (width < 4 || height < 4 || width > 400 || height > 400) return '';
  const radius = parseFloat(style.borderTopLeftRadius);
  const isSquare = Math.abs(width - height) <= Math.max(width, height) * 0.03;
  const isRound = style.borderTopLeftRadius.endsWith('%') ? radius >= 50 : radius >= Math.min(width, height) / 2 - 0.5;
  if (isRound && radius > 0) return isSquare ? 'circle' : 'ellipse';
  return isSquare ? 'square' : 'rectangle';
}

// The word for an element's own colour, where it differs from what is around it.
function colorOf(element, style, outer, shape) {
  if (isSVG(element)) {
    return colorWord(style.fill) || colorWord(style.stroke);
  }
  if (shape === 'triangle') {
    for (const side of ['Bottom', 'Top', 'Left', 'Right']) {
      const word = colorWord(style[`border${side}Color`]);
      if (word && parseFloat(style[`border${side}Width`]) > 0) return word;
    }
  }
  // Controls that nobody has styled.
  const isPlain = ['button', 'input', 'select'].includes(element.localName) && style.backgroundColor === 'rgb(239, 239, 239)';
  if (isPlain) return '';
  if (style.backgroundColor !== outer.background && channels(style.backgroundColor)) return colorWord(style.backgroundColor);
  if (style.color !== outer.color) return colorWord(style.color);
  return '';
}
