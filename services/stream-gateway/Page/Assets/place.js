// The place in a run that an address names: `#r<record>`, `#s<step>` or `#t<seconds>`.


/** Compares ids of the stream, `<milliseconds>-<number>`. */
export function compareIDs(a, b) {
  const [aTime, aNumber = 0] = a.split("-").map(Number);
  const [bTime, bNumber = 0] = b.split("-").map(Number);
  return aTime - bTime || aNumber - bNumber;
}

export const hashOf = (entry) => (entry.id ? `#r${entry.id}` : `#t${entry.at.toFixed(1)}`);

/** A place that is looked for while the log comes. */
export class Place {
  #kind;
  #to;

  /** @returns {Place | null}  Null when the address names none. */
  static parse(hash) {
    const found = /^#(?:(r)(\d{1,20}-\d{1,20})|(s)(\d{1,6})|(t)(\d{1,9}(?:\.\d+)?))$/.exec(hash);
    return found ? new Place(found[1] ?? found[3] ?? found[5], found[2] ?? found[4] ?? found[6]) : null;
  }

  constructor(kind, to) {
    this.#kind = kind;
    this.#to = to;
  }

  /**
   * Goes there if it is there by now.
   * @returns {"there" | "gone" | null}  Null when it may still come.
   */
  go(log, moment) {
    if (this.#kind === "r") {
      const withID = log.records.findLast((entry) => entry.id);
      if (!withID || compareIDs(withID.id, this.#to) < 0) return log.end ? "gone" : null;
      const index = log.records.findIndex((entry) => entry.id && compareIDs(entry.id, this.#to) >= 0);
      moment.choose(index);
      return log.records[index].id === this.#to ? "there" : "gone";
    }
    if (this.#kind === "s") {
      const step = log.steps.find(({ number }) => number === Number(this.#to));
      if (!step) return log.end ? "gone" : null;
      moment.moveTo(step.at);
      return "there";
    }
    if (log.head < Number(this.#to) && !log.end) return null;
    moment.moveTo(Number(this.#to));
    return "there";
  }
}
