// Numbers, times and lines of text as people read them.

const two = (number) => String(number).padStart(2, "0");

/** Seconds as a position: 87.43 is "1:27.4"; without tenths from ten minutes on. */
export function span(seconds, tenths = true) {
  const fine = tenths && seconds < 600;
  const rounded = fine ? Math.round(seconds * 10) / 10 + 1e-6 : Math.max(0, seconds);
  const hours = Math.floor(rounded / 3600);
  const minutes = Math.floor((rounded % 3600) / 60);
  const rest = rounded % 60;
  if (hours) return `${hours}:${two(minutes)}:${two(Math.floor(rest))}`;
  const whole = `${minutes}:${two(Math.floor(rest))}`;
  return fine ? `${whole}.${Math.floor((rest * 10) % 10)}` : whole;
}

/** Seconds as a length: 3.25 is "3.2 s", 92 is "1:32". */
export const took = (seconds) => (seconds < 60 ? `${seconds.toFixed(1)} s` : span(seconds, false));

/** The time of day here. */
export function clock(ms, fraction = false) {
  const date = new Date(ms);
  const time = `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
  return fraction ? `${time}.${String(date.getMilliseconds()).padStart(3, "0")}` : time;
}

/** The time of day, with the date where that is not today. */
export function moment(ms) {
  const date = new Date(ms);
  const isToday = date.toDateString() === new Date().toDateString();
  return isToday ? clock(ms) : `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ${clock(ms)}`;
}

/** "1 line", "3 lines". */
export const count = (number, one, many = `${one}s`) => `${number.toLocaleString("en")} ${number === 1 ? one : many}`;

// Joiners belong to letters and emoji; every other character that shows nothing, or turns the reading direction, does not.
const unseen = /(?![\n\t\u200c\u200d])[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/** Writes out what cannot be seen. */
export function visible(text) {
  return text.replace(unseen, (sign) => {
    const code = sign.codePointAt(0);
    if (code < 0x20) return String.fromCharCode(0x2400 + code);
    return code === 0x7f ? "\u2421" : `‹U+${code.toString(16).toUpperCase().padStart(4, "0")}›`;
  });
}
