// What a sum is made of: up to three faces in each of three columns, a strength, and the seed of the noise around it.

import { clamp, dice, same, TOP, whole } from "../../lib/numbers.js";

/** @typedef {{ a: number[], b: number[], c: number[], strength: number, seed: number }} Sum faces by their numbers */

export const MOST = 3; // faces in a column
export const NAMES = ["a", "b", "c"];

export const faces = ({ a, b, c }) => ({ a, b, c });
export const sameFaces = (one, other) => same(faces(one), faces(other));

/** Up to three numbers of faces, as a link has them. */
function numbers(text) {
  const found = (text ?? "").split(/\D+/).map((part) => whole(part, 0, TOP, null));
  return [...new Set(found.filter((seed) => seed !== null))].slice(0, MOST);
}

/** What a link asks for; columns that it does not fill are those of an example. @returns {Sum} */
export function fromLink(asked, example) {
  const column = (name) => (numbers(asked[name]).length ? numbers(asked[name]) : [...example[name]]);
  const strength = Number(asked.k ?? 1);
  return {
    a: column("a"),
    b: column("b"),
    c: column("c"),
    strength: Number.isFinite(strength) ? Math.round(clamp(strength, 0, 2) * 10) / 10 : 1,
    seed: whole(asked.n, 0, TOP, 0),
  };
}

/** A sum's values in a link. @param {Sum} sum */
export function toLink({ a, b, c, strength, seed }) {
  const values = { a: a.join("."), b: b.join("."), c: c.join("."), k: Number(strength.toFixed(1)) };
  return seed ? { ...values, n: seed } : values;
}

/** Other faces for the columns of a preset: up to three from its galleries, none of them twice. */
export function surprise({ galleries: keys }, galleries) {
  const taken = new Set();
  const values = {};
  NAMES.forEach((name, i) => {
    const left = galleries.find((g) => g.key === keys[i]).seeds.filter((seed) => !taken.has(seed));
    values[name] = [];
    while (left.length && values[name].length < MOST) values[name].push(...left.splice(dice(left.length), 1));
    for (const seed of values[name]) taken.add(seed);
  });
  return values;
}
