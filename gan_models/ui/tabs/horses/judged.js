// What the discriminators of both kinds say of a picture, and of what was made of it.

import { percent } from "../../lib/numbers.js";

export const NEITHER = "neither"; // the verdict on a picture without either animal

/** What a picture shows, in words, for a visitor who may change the way, or has to choose one. */
export function guess({ beliefs: { horse, zebra }, direction, verdict }, way) {
  const believes = `the critic of horses believes ${percent(horse)}, the critic of zebras ${percent(zebra)}.`;
  if (verdict === NEITHER)
    return `There seems to be neither a horse nor a zebra in it. ${way ? "You are trying it anyway" : "Try it anyway: choose a direction"}; ${believes}`;
  if (verdict === "unsure")
    return `Not sure which animal this is: ${believes} ${way === direction ? "Try the other direction as well." : ""}`;
  return `Looks like a ${verdict}: ${believes}${way === direction ? " If that is wrong, change the direction." : ""}`;
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
