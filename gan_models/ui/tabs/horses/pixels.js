// What the page works out of pictures by itself.

import { canvasOf } from "../../lib/dom.js";

/**
 * Mix two pictures by the rule by which the server mixes what is downloaded: 0 gives `before`, 1 gives `after`, more exaggerates; what leaves the range is clamped.
 * @param {Uint8ClampedArray} before
 * @param {Uint8ClampedArray} after
 * @param {number} strength
 * @param {Uint8ClampedArray} page filled with the mixture
 */
export function blend(before, after, strength, page) {
  for (let i = 0; i < page.length; i++) page[i] = before[i] + strength * (after[i] - before[i]); // rounds and clamps
}

/** An image's colours, as many as there are pixels on a canvas of this size. */
export function pixels(image, width, height) {
  const pen = canvasOf(width, height).getContext("2d", { willReadFrequently: true });
  pen.drawImage(image, 0, 0, width, height);
  return pen.getImageData(0, 0, width, height).data;
}

/** Draw the critic's map: its cells in the colour of what is real or of what is not, the more so the surer it is. */
export function drawMap(canvas, { cells, columns }, style) {
  const [yes, no] = ["--ga-real", "--ga-fake"].map((name) => {
    const bytes = style.getPropertyValue(name).match(/[0-9a-f]{2}/gi);
    return bytes.map((two) => Number.parseInt(two, 16));
  });
  Object.assign(canvas, { width: columns, height: cells.length / columns });
  const pen = canvas.getContext("2d");
  const page = pen.createImageData(canvas.width, canvas.height);
  cells.forEach((v, i) => page.data.set([...(v > 0.5 ? yes : no), 30 + 320 * Math.abs(v - 0.5)], 4 * i));
  pen.putImageData(page, 0, 0);
}
