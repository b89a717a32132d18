// Two pictures on top of each other, and a line to drag between them.

import { clamp } from "./numbers.js";
import { drag, placeIn } from "./dom.js";

/**
 * @param {any} ui the tools of a tab with ".compare", where one drags, ".line", and ".wipe", a slider from 0 to 100
 * @param {string} over the picture on top, of which so much is shown, to the left of the line
 * @param {() => boolean} ready whether there is something to compare
 * @returns {() => void} puts the line where the slider is
 */
export function compare({ $ }, over, ready) {
  const [box, upper, line, slider] = [".compare", over, ".line", ".wipe"].map($);
  const place = () => {
    const share = Number(slider.value);
    upper.style.clipPath = `inset(0 ${100 - share}% 0 0)`;
    line.style.left = `${share}%`;
    line.hidden = !ready() || share <= 0 || share >= 100;
  };
  const follow = (event) => {
    slider.value = clamp(100 * placeIn(box, event)[0], 0, 100);
    place();
  };
  drag(box, { start: (event) => ready() && follow(event), move: follow });
  slider.addEventListener("input", place);
  return place;
}
