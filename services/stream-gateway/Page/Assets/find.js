// Finding text in all records of a run, and marking it where it is in the document, without changing the document.

export class Finder {
  /** The rows that were found. */
  rows = [];
  #letters = "";
  #textOf;

  /** @param {(row: number) => string} textOf */
  constructor(textOf) { this.#textOf = textOf; }

  get letters() { return this.#letters; }

  /** Looks through all rows. */
  search(letters, count) {
    this.#letters = letters.trim().toLowerCase();
    this.rows = [];
    this.goOn(0, count);
  }

  /** Looks through rows that came. */
  goOn(from, to) {
    if (!this.#letters) return;
    for (let row = from; row < to; row++) if (this.#textOf(row).toLowerCase().includes(this.#letters)) this.rows.push(row);
  }

  /** The next row that was found after another one, or before it; from the other end when there is none. */
  next(row, by) {
    if (!this.rows.length) return -1;
    const found = by > 0 ? this.rows.find((one) => one > row) : this.rows.findLast((one) => one < row);
    return found ?? this.rows.at(by > 0 ? 0 : -1);
  }

  /** Marks what is in the document. */
  mark(root) {
    if (!globalThis.Highlight) return;
    const ranges = [];
    if (this.#letters) {
      for (const node of root.querySelectorAll(".words")) {
        const walk = document.createTreeWalker(node, NodeFilter.SHOW_TEXT);
        while (walk.nextNode()) ranges.push(...this.#rangesIn(walk.currentNode));
      }
    }
    CSS.highlights.set("find", new Highlight(...ranges));
  }

  #rangesIn(node) {
    const ranges = [];
    const text = node.data.toLowerCase();
    // Some capitals are longer in small letters: then no place is certain.
    if (text.length !== node.data.length) return ranges;
    for (let at = text.indexOf(this.#letters); at >= 0; at = text.indexOf(this.#letters, at + this.#letters.length)) {
      const range = new Range();
      range.setStart(node, at);
      range.setEnd(node, at + this.#letters.length);
      ranges.push(range);
    }
    return ranges;
  }
}
