// What the tab writes into the page.

import { html } from "../../lib/dom.js";
import { percent } from "../../lib/numbers.js";

/** What classifier and critic say of a picture. */
export function opinion({ word, tone, points, others, real }) {
  const row = ([words, share, kept]) => {
    const [kind, sign] = kept === false ? ["no", " ✗"] : ["yes", ""];
    return html`<span class="${kind}">${words} ${percent(share)}${sign}</span>`;
  };
  const rest = others.map((said, i) => [i ? ", " : "", row(said)]);
  return html`<div class="word" data-tone="${tone}">${word}</div><div class="points">${points.map(row)}</div>
    ${others.length ? html`<div class="others quiet">and ${rest}</div>` : ""}
    <div class="real"><span>looks real: <b>${percent(real)}</b></span>
    <span class="bar" aria-hidden="true"><i style="width:${real * 100}%"></i></span></div>`;
}

/** A place in a column: a face that one click takes out, or room for one. */
export function place(column, seed, said, last) {
  if (seed === undefined)
    return html`<button type="button" class="free" aria-label="Choose a face for column ${column}"
      title="Choose a face below">+</button>`;
  const advice = last ? "A column needs at least one face." : "Click to take it out.";
  return html`<button type="button" data-seed="${seed}" draggable="true" aria-disabled="${last}"
    title="${said}, number ${seed}. ${advice}" aria-label="Take ${said} number ${seed} out of column ${column}">
    <span class="face"><i></i></span><span class="off" aria-hidden="true">×</span></button>`;
}
