// What the discriminators of both kinds say of a picture, and of what was made of it.

import { percent } from "../../lib/numbers.js";

/** What a picture shows, in words, for a visitor who may change the way. */
export function guess({ beliefs: { horse, zebra }, direction }, way) {
  const unsure = Math.abs(horse - zebra) < 0.05;
  const says = unsure ? "Hard to say what this is" : `Looks like a ${direction.split("_to_")[0]}`;
  const believes = `the critic of horses believes ${percent(horse)}, the critic of zebras ${percent(zebra)}.`;
  return `${says}: ${believes}${way === direction ? " If they are wrong, change it." : ""}`;
}

/** The belief in a result, and the way back from it. @param {any} ui @param {any} answer @param {string[]} kinds from, to */
export function showJourney({ $, text, hide }, { belief, back, difference, mean }, kinds) {
  const [from, to] = kinds;
  text(".opinion", `On average, the critic of ${to}s believes ${percent(belief)} of the result.`);
  $(".stop2").src = back;
  $(".stop3").src = difference;
  text(".from", from);
  text(".again", from);
  text(".to", to);
  const lost = (mean * 100).toFixed(1);
  text(".lost", `A pixel came back ${lost} % of the range from black to white away from where it was, on average.`);
  hide(".journey", false);
}
