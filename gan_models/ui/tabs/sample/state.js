// The tab's state and its link, and the rows of its sliders.

import { html } from "../../lib/dom.js";
import { clamp, TOP, whole } from "../../lib/numbers.js";

export const LIMIT = 3; // of a slider
const MOST_STEPS = 64; // of a walk among neighbours
const TRUNCATION = { low: 0.3, high: 1.2 };

/** The tab's state as a link tells it. It is small and plain, so undo keeps whole copies of it. */
export function readState(values, models) {
  const model = values.m in models ? values.m : Object.keys(models)[0];
  const { sliders, truncation, seed, label, styles, names } = models[model];
  const turned = (values.s ?? "").split(",");
  const mixed = styles ? (values.x ?? "").split(".").slice(0, 3) : [];
  const [other, share] = names.length ? (values.o ?? "").split(".") : [];
  const steps = (values.w ?? "").split(".").map((step) => whole(step, 0, 15, null));
  return {
    model,
    label: whole(values.n, 0, TOP, label),
    seed: whole(values.seed, 0, TOP, seed ?? 7),
    truncation: clamp(Number(values.t) || truncation || 1, TRUNCATION.low, TRUNCATION.high),
    amounts: sliders.map((_, i) => clamp(Number(turned[i]) || 0, -LIMIT, LIMIT)),
    walk: steps.filter((step) => step !== null).slice(0, MOST_STEPS),
    mix: mixed.map((other) => whole(other, 0, TOP, null)), // seeds of coarse, middle and fine styles
    other: whole(other, 0, names.length - 1, null), // a class that is mixed in
    share: whole(share, 0, 100, 0) / 100, // so much of it
    drafts: whole(values.d, 0, 1, 0), // 1: a seed's first draft; 0: as many to choose from as the model finds right
    key: "", // of a visitor's own face, which no link can carry
  };
}

/** The link that {@link readState} reads; `ordinary` is a truncation that need not be told. */
export function linkOf({ model, seed, label, truncation, amounts, walk, mix, other, share, drafts }, ordinary) {
  /** @type {any} */
  const values = { m: model, seed, n: label };
  if (truncation !== ordinary) values.t = Number(truncation.toFixed(2));
  if (amounts.some(Boolean)) values.s = amounts.map((a) => Number(a.toFixed(2))).join(",");
  if (walk.length) values.w = walk.join(".");
  if (mix.some((other) => other !== null)) values.x = mix.map((other) => other ?? "").join(".");
  if (drafts) values.d = drafts;
  if (share) values.o = `${other}.${Math.round(share * 100)}`;
  return values;
}

const LOCK = html`<svg viewBox="0 0 16 16" aria-hidden="true"><rect x="3" y="7" width="10" height="7" rx="1.5"/>
  <path class="bow" d="M5.2 7V4.8a2.8 2.8 0 0 1 5.6 0V7"/></svg>`;

/** A row of the sliders: what it turns, how far it has turned, and whether Surprise me leaves it alone. */
export function knob({ label, low, high }, locked) {
  const title = `${low} to ${high}`;
  return html`<div class="knob"><span>${label}</span><input type="range" min="${-LIMIT}" max="${LIMIT}" step="0.05"
    aria-label="${label}: ${title}" title="${title}"><output></output><button type="button" aria-pressed="${locked}"
    aria-label="Lock ${label}" title="Surprise me leaves it alone">${LOCK}</button></div>`;
}
