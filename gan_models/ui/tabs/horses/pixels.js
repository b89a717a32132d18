// What the page works out of pictures by itself.

import { canvasOf } from "../../lib/dom.js";

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
