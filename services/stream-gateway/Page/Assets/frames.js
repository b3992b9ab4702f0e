// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0

// The live view's multipart stream, taken apart.

/**
 * @typedef {object} Frame
 * @property {string} run
 * @property {"shown" | "withheld" | "none"} state
 * @property {number} time  When it was taken, in milliseconds since 1970; 0 where that is not known.
 * @property {string} url  The page.
 * @property {string} tag  Names the picture.
 * @property {ArrayBuffer} jpeg
 */

const most = 4 << 20; // bytes of a part; what is larger is none of ours

/** Parts with their fields, as RFC 2046 writes them. Each part must say how long it is. */
export class FrameParser {
  #bytes = new Uint8Array(0);

  /** @param {Uint8Array} bytes */
  feed(bytes) {
    const all = new Uint8Array(this.#bytes.length + bytes.length);
    all.set(this.#bytes);
    all.set(bytes, this.#bytes.length);
    const parts = [];
    let from = 0;
    for (;;) {
      const end = headEnd(all, from);
      if (end < 0) break;
      const fields = new Map();
      for (const line of new TextDecoder().decode(all.subarray(from, end)).split("\r\n")) {
        const colon = line.indexOf(":");
        if (colon > 0) fields.set(line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim());
      }
      const length = Number(fields.get("content-length"));
      if (!(length >= 0 && length <= most)) throw new Error("a part that does not say how long it is");
      if (all.length < end + 4 + length) break;
      parts.push({ fields, body: all.slice(end + 4, end + 4 + length) });
      from = end + 4 + length;
    }
    this.#bytes = all.slice(from);
    if (this.#bytes.length > most + 65_536) throw new Error("a part that is too long");
    return parts;
  }
}

/** Where the blank line behind the fields begins; -1 where it has not come. */
function headEnd(bytes, from) {
  for (let at = from; at + 3 < bytes.length; at++) {
    if (bytes[at] === 13 && bytes[at + 1] === 10 && bytes[at + 2] === 13 && bytes[at + 3] === 10) return at;
  }
  return -1;
}

/** @returns {Frame} */
export function frame({ fields, body }) {
  return {
    run: decodeURIComponent((fields.get("content-location") ?? "").split("/").at(-1)),
    state: fields.get("stepcast-picture") ?? "shown",
    time: Math.round(Number(fields.get("x-timestamp") ?? 0) * 1000) || 0,
    url: fields.get("stepcast-page") ?? "",
    tag: fields.get("etag") ?? "",
    jpeg: body.buffer,
  };
}
