// Fillings of a hole as they are shown: in the picture, small, and with the critic's map over them.

import { canvasOf } from "../../lib/dom.js";
import { clamp } from "../../lib/numbers.js";
import { placeOn } from "./mask.js";

/** @typedef {{ images: any[], naive: Record<string, any>, box: number[], maps: number[][], frame: any }} Filled */

const MAP = 16; // cells of the critic's map, a side
const THUMB = 160; // pixels

/**
 * Draw the picture with one of the fillings, by its number, with an old method's by its name, or as it was ("before").
 * @param {any} canvas @param {any} picture @param {Filled} filled @param {number | string} which
 */
export function drawAnswer(canvas, picture, { images, naive, box }, which) {
  const pen = canvas.getContext("2d");
  const page = typeof which === "number" ? images[which] : naive[which];
  pen.drawImage(picture, 0, 0);
  if (page) pen.drawImage(page, box[0], box[1]);
}

/** Draw the face with one of the fillings, small. */
export function drawThumb(canvas, picture, filled, which) {
  const { x, y, side, angle } = filled.frame;
  const half = 0.5 * side * (Math.abs(Math.cos(angle)) + Math.abs(Math.sin(angle)));
  const zoom = THUMB / (2 * half);
  Object.assign(canvas, { width: THUMB, height: THUMB });
  const pen = canvas.getContext("2d");
  pen.imageSmoothingQuality = "high";
  pen.setTransform(zoom, 0, 0, zoom, (half - x) * zoom, (half - y) * zoom);
  drawAnswer(canvas, picture, filled, which);
}

/** Lay the critic's map of a filling over it: the less the critic believes, the more colour. */
export function drawMap(canvas, { maps, frame }, which) {
  const tile = canvasOf(MAP, MAP);
  const small = tile.getContext("2d");
  const cells = small.createImageData(MAP, MAP);
  maps[which].forEach((belief, i) => {
    cells.data.set([255, 96, 20, 215 * clamp(1.15 * (1 - belief) - 0.1, 0, 1)], 4 * i);
  });
  small.putImageData(cells, 0, 0);
  const pen = canvas.getContext("2d");
  const [c, s] = [(Math.cos(frame.angle) * frame.side) / MAP, (Math.sin(frame.angle) * frame.side) / MAP];
  pen.setTransform(c, s, -s, c, ...placeOn(frame, 0, 0));
  pen.drawImage(tile, 0, 0);
  pen.resetTransform();
}
