// What the page works out of pictures by itself.

import { canvasOf } from "../../lib/dom.js";

/** An image's colours, as many as there are pixels on a canvas of this size. */
export function pixels(image, width, height) {
  const pen = canvasOf(width, height).getContext("2d", { willReadFrequently: true });
  pen.drawImage(image, 0, 0, width, height);
  return pen.getImageData(0, 0, width, height).data;
}
