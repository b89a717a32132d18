// Small sums that tabs share.

export const TOP = 2147483647; // the largest seed

export const clamp = (value, low, high) => Math.max(low, Math.min(high, value));

/** A whole number that somebody wrote, if it is one from low to high; else `other`. */
export const whole = (text, low, high, other) =>
  /^\d+$/.test(text ?? "") && Number(text) >= low && Number(text) <= high ? Number(text) : other;

/** A number that somebody wrote, brought into a range; `other` if it is none. */
export const amount = (text, low, high, other) =>
  Number.isFinite(Number(text ?? other)) ? clamp(Number(text ?? other), low, high) : other;

/** A share as "37 %"; what is there at all is never shown as nothing. */
export const percent = (share) => `${share > 0 && share < 0.01 ? "under 1" : Math.round(share * 100)} %`;

/** A random whole number below n. */
export const dice = (n) => Math.floor(Math.random() * n);

/** One of some names, but not that one. */
export const another = (names, that) => {
  const others = names.filter((name) => name !== that);
  return others[dice(others.length)];
};

/** The numbers from 0 to n - 1. */
export const range = (n) => [...Array(n).keys()];

export const copy = (value) => structuredClone(value);
export const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);

/** A random amount for a slider, in steps of 0.05 from -2 to 2, or 0 so often (0 to 1). */
export const someAmount = (rest) => (Math.random() < rest ? 0 : Math.round((Math.random() * 4 - 2) * 20) / 20);

/** Random numbers from 0 to 1 that a whole number determines, so that they can stand in a link. */
export function seeded(n) {
  let state = ((n + 1) * 0x9e3779b9) | 0;
  return () => {
    state = Math.imul(state ^ (state >>> 15), state | 1);
    state ^= state + Math.imul(state ^ (state >>> 7), state | 61);
    return ((state ^ (state >>> 14)) >>> 0) / 4294967296;
  };
}

/** A map that forgets what was put in first when it holds more than `most`. */
export class Recent extends Map {
  constructor(most) {
    super();
    this.most = most;
  }
  set(key, value) {
    super.set(key, value);
    if (this.size > this.most) this.delete(this.keys().next().value);
    return this;
  }
}
