// What is seen: a picture, the same with a change in it, a line to drag between them, and the critic's map.

import { compare } from "../../lib/compare.js";
import { drawMap } from "../../lib/opinion_map.js";
import { compose } from "./compose.js";
import { pixels } from "./pixels.js";

const NARROW = "(max-width: 760px)";

/**
 * @param {any} ui the tools of the tab
 * @param {object} hooks
 * @param {() => number} hooks.strength of the change
 * @param {() => boolean} hooks.live whether what is seen comes from the camera
 */
export function openEasel(ui, { strength, live }) {
  const { root, $, on, text, hide } = ui;
  let made = null; // pixels, and what the networks want to do to them: the page composes both by itself
  let judged = null; // the critic's map

  /** Show a picture and what became of it: another picture, or a change that is wanted, at any strength. */
  function show(before, { after = before, wanted = null, width, height }) {
    for (const canvas of [".after", ".under", ".stop1"].map($))
      if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
    $(".under").getContext("2d").drawImage(before, 0, 0, width, height);
    made = { pixels: pixels(after, width, height), wanted, width, height };
    root.style.setProperty("--ratio", String(width / height));
    root.classList.add("filled");
    hide(".empty", true);
    hide(".before", false);
    paint();
  }

  function paint() {
    if (!made) return;
    const page = new ImageData(made.width, made.height);
    if (made.wanted) compose(made.pixels, made.width, made.wanted, strength(), page.data);
    else page.data.set(made.pixels);
    $(".after").getContext("2d").putImageData(page, 0, 0);
    if (!live()) $(".stop1").getContext("2d").putImageData(page, 0, 0);
  }

  function showMap() {
    const wanted = $(".map").checked;
    hide(".legend", !wanted);
    hide(".mapping", judged?.cells.length === 0); // a pair without critics
    hide(".belief", !wanted || !judged?.cells.length || live());
    if (judged?.cells.length) drawMap($(".belief"), judged, getComputedStyle(root));
  }

  /** Show what the critic says of the result, or null: nothing yet. */
  function judge(answer) {
    judged = answer;
    if (!answer) text(".opinion", "");
    showMap();
  }

  on(".map", "change", showMap);
  $(".wipe").value = matchMedia(NARROW).matches ? 50 : 0;
  compare(ui, ".under", () => made !== null)();
  return { show, paint, judge };
}
