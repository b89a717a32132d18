// Two pictures on top of each other, and a line to drag between them.

import { clamp } from "./numbers.js";
import { drag, placeIn } from "./dom.js";

/**
 * @param {object} parts
 * @param {any} parts.box where one drags
 * @param {any} parts.over the picture on top, shown to the left of the line
 * @param {any} parts.line
 * @param {any} parts.slider 0 to 100: how much of the upper one is shown
 * @param {() => boolean} parts.ready whether there is something to compare
 * @returns {() => void} puts the line where the slider is
 */
export function compare({ box, over, line, slider, ready }) {
  const place = () => {
    const share = Number(slider.value);
    over.style.clipPath = `inset(0 ${100 - share}% 0 0)`;
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
