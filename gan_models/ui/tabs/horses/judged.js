// What the discriminators of both kinds say of a picture, and of what was made of it. They have words for both kinds.

import { percent } from "../../lib/numbers.js";

/** @param {string} word */
export const one = (word) => `${/^[aeiou]/.test(word) ? "an" : "a"} ${word}`;

export const NEITHER = "neither"; // the verdict on a picture without either animal

/**
 * What a picture shows, in words, for a visitor who may change the way, or has to choose one.
 * @param {any} answer @param {string | null} way @param {Record<string, string>} called
 */
export function guess({ beliefs, direction, verdict }, way, called) {
  const kinds = Object.keys(beliefs);
  if (!kinds.length) return "This pair came without critics: choose the direction that suits the picture.";
  const from = way?.split("_to_")[0];
  if (from && !kinds.includes(from))
    return `Taken as ${one(called[from])}. The critics know only photographs of ${kinds.map((kind) => `${called[kind]}s`).join(" and ")}.`;
  const believes = `${kinds.map((kind) => `the critic of ${called[kind]}s believes ${percent(beliefs[kind])}`).join(", ")}.`;
  if (verdict === NEITHER)
    return `There seems to be neither ${kinds.map((kind) => one(called[kind])).join(" nor ")} in it. ${way ? "You are trying it anyway" : "Try it anyway: choose a direction"}; ${believes}`;
  if (verdict === "unsure")
    return `Not sure which animal this is: ${believes} ${way === direction ? "Try the other direction as well." : ""}`;
  return `Looks like ${one(called[verdict])}: ${believes}${way === direction ? " If that is wrong, change the direction." : ""}`;
}

/** The belief in a result, and the way back from it. @param {any} ui @param {any} answer @param {string[]} kinds from, to */
export function showJourney({ $, text, hide }, { belief, back, difference, mean }, kinds) {
  const [from, to] = kinds;
  text(
    ".opinion",
    belief === null ? "" : `On average, the critic of ${to}s believes ${percent(belief)} of the result.`,
  );
  $(".stop2").src = back;
  $(".stop3").src = difference;
  text(".from", one(from));
  text(".again", one(from));
  text(".to", one(to));
  const lost = (mean * 100).toFixed(1);
  text(".lost", `A pixel came back ${lost} % of the range from black to white away from where it was, on average.`);
  hide(".journey", false);
}
