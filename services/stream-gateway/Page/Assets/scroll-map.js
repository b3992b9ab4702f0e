// The log's scrollbar: where one is, where steps begin, where there is trouble, and where the searched text is.

import { h } from "./dom.js";

const mostMarks = 800; // of a kind; about as many as there are pixels

export class ScrollMap {
  node = h("canvas.map", { "aria-hidden": "true" });
  #list;
  #scroller;
  #probe = h("i", { hidden: true });

  /**
   * @param {import("./list.js").WindowedList} list
   * @param {HTMLElement} scroller
   */
  constructor(list, scroller) {
    this.#list = list;
    this.#scroller = scroller;
    document.body.append(this.#probe);
    this.node.addEventListener("pointerdown", (event) => {
      this.node.setPointerCapture(event.pointerId);
      const move = ({ offsetY }) =>
        list.scrollTo((offsetY / this.node.clientHeight) * list.total - scroller.clientHeight / 2);
      move(event);
      this.node.onpointermove = move;
      this.node.onpointerup = () => { this.node.onpointermove = null; };
    });
  }

  /** @param {{ rows: number[], colour: (row: number) => string, size: number, left: number, width: number }[]} marks */
  draw(marks) {
    const width = this.node.clientWidth;
    const height = this.node.clientHeight;
    if (!height) return;
    this.node.width = width * devicePixelRatio;
    this.node.height = height * devicePixelRatio;
    const pen = this.node.getContext("2d");
    pen.scale(devicePixelRatio, devicePixelRatio);
    const colours = new Map();
    const total = Math.max(this.#list.total, height);
    if (this.#list.total > this.#scroller.clientHeight + 4) {
      const from = (this.#scroller.scrollTop / total) * height;
      const part = Math.max(18, (this.#scroller.clientHeight / total) * height);
      pen.fillStyle = this.#colour("chosen", colours);
      pen.beginPath();
      pen.roundRect(3, from, width - 6, part, 3);
      pen.fill();
    }
    for (const { rows, colour, size, left, width: wide } of marks) {
      const every = Math.ceil(rows.length / mostMarks) || 1;
      let last = -9;
      for (let index = 0; index < rows.length; index += every) {
        const at = this.#list.share(rows[index]) * Math.min(height, this.#list.total);
        if (at - last < 1) continue;
        pen.fillStyle = this.#colour(colour(rows[index]), colours);
        pen.fillRect(left < 0 ? width + left : left, Math.min(height - size, at), wide || width - 6, size);
        last = at;
      }
    }
  }

  #colour(name, known) {
    if (!known.has(name)) {
      this.#probe.style.color = `var(--${name})`;
      known.set(name, getComputedStyle(this.#probe).color);
    }
    return known.get(name);
  }
}
