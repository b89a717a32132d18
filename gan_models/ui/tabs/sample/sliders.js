// The sliders of a model: directions in its latent space. A hand on one leafs through a strip of pictures.

import { html } from "../../lib/dom.js";
import { Strips, stripSlider } from "../../lib/strip_slider.js";
import { knob, LIMIT } from "./state.js";

export const FRAMES = 25; // of a strip, and of a path

/**
 * @param {any} ui the tools of the tab
 * @param {any} ask
 * @param {object} hooks
 * @param {() => any} hooks.state of the tab
 * @param {() => any} hooks.about what is known of the model
 * @param {() => any} hooks.here which model, and where in its latent space
 * @param {(box: any, sheet: any, frame?: number) => void} hooks.put shows a frame of a sheet
 * @param {(url: string) => Promise<any>} hooks.loaded
 * @param {() => void} hooks.taken a hand is on a slider
 * @param {() => void} hooks.left it has let go
 */
export function openSliders({ $, $$, failed }, ask, { state, about, here, put, loaded, taken, left }) {
  const locked = new Set(); // places of sliders
  const strips = new Strips(12);
  let held = null; // the slider under a hand, by its place
  const knobs = () => $$(".sliders .knob:not(.even)");

  function showAmount(amount, i) {
    const row = knobs()[i];
    if (held !== i) row.querySelector("input").value = amount;
    row.querySelector("output").value = amount.toFixed(1);
  }

  function build() {
    for (const row of knobs()) row.remove();
    const rows = html`${about().sliders.map((slider, i) => knob(slider, locked.has(i)))}`;
    $(".sliders").insertAdjacentHTML("beforeend", String(rows));
    knobs().forEach(listen);
  }

  function listen(row, i) {
    stripSlider(row.querySelector("input"), {
      near: () => fetchStrip(i),
      touch() {
        taken();
        held = i;
        fetchStrip(i);
      },
      move(value) {
        state().amounts[i] = value;
        showAmount(value, i);
        leaf(i);
      },
      release() {
        held = null;
        left();
      },
    });
    row.querySelector("button").addEventListener("click", ({ currentTarget }) => {
      if (!locked.delete(i)) locked.add(i);
      currentTarget.setAttribute("aria-pressed", String(locked.has(i)));
    });
  }

  /** A strip is of a slider and of all that the slider does not change. */
  function stripKey(i) {
    const { point, ...which } = here();
    const { amounts, ...rest } = point;
    return JSON.stringify([which, rest, amounts.map((a, k) => (k === i ? null : a)), i]);
  }

  async function fetchStrip(i) {
    if (about().heavy) return;
    const came = await strips.load(stripKey(i), async () => {
      const answer = await ask({ ask: "strip", ...here(), slider: i });
      if (failed(answer)) return null;
      await loaded(answer.url);
      return { ...answer, columns: 5 };
    });
    if (came && held === i) leaf(i);
  }

  function leaf(i) {
    const strip = strips.get(stripKey(i));
    if (!strip) return;
    put($(".picture"), strip, Math.round(((state().amounts[i] + LIMIT) / (2 * LIMIT)) * (FRAMES - 1)));
    $(".picture").dataset.from = "strip";
  }

  return {
    build,
    show: () => state().amounts.forEach(showAmount),
    held: () => held !== null,
    locked: (i) => locked.has(i),
    /** Another model's sliders come next. */
    forget() {
      locked.clear();
      strips.clear();
    },
  };
}
