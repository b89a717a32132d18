// A slider that never waits for the network: the first touch asks for a strip of all its frames, the hand leafs
// through them, letting go asks for the exact picture.

import { Recent } from "./numbers.js";

const HOVER_MS = 80;

/**
 * @param {HTMLInputElement} input
 * @param {object} hooks
 * @param {() => void} hooks.near a hand rests on the slider or the focus is on it: it is about to move
 * @param {() => void} hooks.touch the first touch of a drag
 * @param {(value: number) => void} hooks.move
 * @param {() => void} hooks.release
 */
export function stripSlider(input, { near, touch, move, release }) {
  let held = false;
  /** @type {any} */
  let hovering = 0;
  const hold = () => {
    if (!held) touch();
    held = true;
  };
  const free = () => {
    if (held) release();
    held = false;
  };
  for (const type of ["pointerenter", "focus"])
    input.addEventListener(type, () => {
      clearTimeout(hovering);
      hovering = setTimeout(near, HOVER_MS);
    });
  for (const type of ["pointerleave", "blur"]) input.addEventListener(type, () => clearTimeout(hovering));
  input.addEventListener("pointerdown", hold);
  input.addEventListener("input", () => {
    hold();
    move(Number(input.value));
  });
  input.addEventListener("change", free);
  input.addEventListener("pointercancel", free);
  input.addEventListener("pointerup", () => setTimeout(free, 0)); // after its change event, if there is one
}

/** The last strips that came, each asked for once. */
export class Strips {
  constructor(most) {
    this.kept = new Recent(most);
  }
  /** The strip of a key, or undefined while it is on its way. */
  get(key) {
    return this.kept.get(key);
  }
  /** Have a strip ready; fetchStrip() gives it, or null where that failed. Whether it came just now. */
  async load(key, fetchStrip) {
    if (this.kept.has(key)) return false;
    this.kept.set(key, undefined);
    const strip = await fetchStrip();
    if (strip) this.kept.set(key, strip);
    else this.kept.delete(key);
    return Boolean(strip);
  }
  clear() {
    this.kept.clear();
  }
}
