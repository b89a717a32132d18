// What is on the sheet: strokes, boxes and fills, drawn in order, and written into links.

import { canvasOf } from "../../lib/dom.js";

/**
 * @typedef {object} Shape
 * @property {"pen" | "eraser" | "box" | "fill" | "picture"} t
 * @property {number} c the number of its colour
 * @property {number} r half the thickness of a line, in pixels
 * @property {number[]} p places x, y, x, y, ... in pixels; of a box the first and the last count, of a fill the first
 * @property {any} [image] what a picture shows
 */

const LETTERS = { p: "pen", e: "eraser", b: "box", f: "fill" };
const NEAR = 0.012; // of the sheet's side: places of a stroke that are closer to each other do not go into links

/** A sheet of one side's length in pixels; with `sharp` every pixel has exactly one of the colours. */
export class Sheet {
  /** @param {number} side @param {string[]} colours the first is that of the empty sheet @param {boolean} sharp */
  constructor(side, colours, sharp) {
    this.side = side;
    this.colours = colours;
    this.sharp = sharp;
    this.canvas = canvasOf(side, side);
    this.done = canvasOf(side, side);
    this.scratch = canvasOf(side, side);
    /** @type {Shape[]} */
    this.drawn = [];
    this.wipe(this.done);
  }
  pen(canvas) {
    return canvas.getContext("2d", { willReadFrequently: true });
  }
  wipe(canvas) {
    const pen = this.pen(canvas);
    pen.fillStyle = this.colours[0];
    pen.fillRect(0, 0, this.side, this.side);
  }
  /** Draw shapes and one that still grows; those that were drawn last time are not drawn again. */
  show(shapes, growing = null) {
    if (this.drawn.some((shape, i) => shape !== shapes[i])) {
      this.wipe(this.done);
      this.drawn = [];
    }
    for (const shape of shapes.slice(this.drawn.length)) this.draw(this.done, shape);
    this.drawn = [...shapes];
    this.pen(this.canvas).drawImage(this.done, 0, 0);
    if (growing) this.draw(this.canvas, growing);
  }
  /** @param {any} canvas @param {Shape} shape */
  draw(canvas, shape) {
    const pen = this.pen(canvas);
    const colour = this.colours[shape.t === "eraser" ? 0 : shape.c] ?? this.colours[0];
    if (shape.t === "picture") {
      const scale = Math.min(this.side / shape.image.width, this.side / shape.image.height);
      const [width, height] = [shape.image.width * scale, shape.image.height * scale];
      pen.drawImage(shape.image, (this.side - width) / 2, (this.side - height) / 2, width, height);
    } else if (shape.t === "box") {
      const [left, top, right, bottom] = corners(shape.p).map(Math.round);
      pen.fillStyle = colour;
      pen.fillRect(left, top, Math.max(1, right - left), Math.max(1, bottom - top));
    } else if (shape.t === "fill") this.fill(pen, shape.p, colour);
    else if (this.sharp) this.stamp(pen, shape, colour);
    else line(pen, shape, colour);
  }
  /** A line without the soft border that browsers give it. */
  stamp(pen, shape, colour) {
    const other = this.pen(this.scratch);
    other.clearRect(0, 0, this.side, this.side);
    line(other, shape, colour);
    const [from, to] = [other, pen].map((p) => p.getImageData(0, 0, this.side, this.side));
    const [red, green, blue] = rgb(colour);
    for (let i = 0; i < to.data.length; i += 4) if (from.data[i + 3] > 127) to.data.set([red, green, blue], i);
    pen.putImageData(to, 0, 0);
  }
  /** Fill the area of one colour around a place with another. @param {any} pen @param {number[]} place @param {string} colour */
  fill(pen, place, colour) {
    const [x, y] = place;
    const page = pen.getImageData(0, 0, this.side, this.side);
    flood(new Uint32Array(page.data.buffer), this.side, Math.round(x), Math.round(y), colourWord(rgb(colour)));
    pen.putImageData(page, 0, 0);
  }
}

function line(pen, { p, r }, colour) {
  Object.assign(pen, { strokeStyle: colour, lineCap: "round", lineJoin: "round", lineWidth: 2 * r });
  pen.beginPath();
  pen.moveTo(p[0], p[1]);
  for (let i = 2; i < p.length; i += 2) pen.lineTo(p[i], p[i + 1]);
  if (p.length === 2) pen.lineTo(p[0] + 0.01, p[1]);
  pen.stroke();
}

/** Left, top, right, bottom of a box between its first and its last place; a click alone makes one of its own size. */
export function corners(p) {
  const [x, y] = p;
  const [u, v] = p.length > 2 ? p.slice(-2) : [x + 24, y + 36];
  return [Math.min(x, u), Math.min(y, v), Math.max(x, u), Math.max(y, v)];
}

/** "#0d3dfb" as three numbers. */
export const rgb = (colour) => colour.match(/\w\w/g).map((two) => Number.parseInt(two, 16));

/** An opaque colour as a canvas keeps it: one word of four bytes. */
const colourWord = ([red, green, blue]) => new Uint32Array(new Uint8Array([red, green, blue, 255]).buffer)[0];

/**
 * Give the area of equal pixels around a place another value.
 * @param {Uint32Array} pixels row by row @param {number} side
 */
export function flood(pixels, side, x, y, value) {
  if (x < 0 || y < 0 || x >= side || y >= side) return;
  const old = pixels[y * side + x];
  if (old === value) return;
  const todo = [y * side + x];
  while (todo.length) {
    const at = todo.pop();
    if (pixels[at] !== old) continue;
    pixels[at] = value;
    const column = at % side;
    if (column > 0) todo.push(at - 1);
    if (column < side - 1) todo.push(at + 1);
    if (at >= side) todo.push(at - side);
    if (at < side * (side - 1)) todo.push(at + side);
  }
}

/** Places of a line that are far enough from each other, with both ends. */
export function thinned(p, least) {
  const kept = p.slice(0, 2);
  for (let i = 2; i < p.length; i += 2) {
    const [x, y] = kept.slice(-2);
    if (Math.hypot(p[i] - x, p[i + 1] - y) >= least || i === p.length - 2) kept.push(p[i], p[i + 1]);
  }
  return kept;
}

/** Shapes as a word for links, in thousandths of the sheet's side; pictures are left out. @param {Shape[]} shapes */
export function encode(shapes, side) {
  const word = ({ t, c, r, p }) => {
    const places = t === "box" ? corners(p) : t === "fill" ? p.slice(0, 2) : thinned(p, NEAR * side);
    return t[0] + [c, ...[r, ...places].map((n) => Math.round((n * 1000) / side))].join(".");
  };
  return shapes
    .filter(({ t }) => t !== "picture")
    .map(word)
    .join("_");
}

/** The shapes that {@link encode} wrote, as far as they make sense. @returns {Shape[]} */
export function decode(text, side, colours) {
  const found = [];
  for (const word of text.split("_")) {
    if (!/^[pebf]\d+(\.-?\d{1,6}){3,}$/.test(word)) continue;
    const [c, ...rest] = word.slice(1).split(".").map(Number);
    const [r, ...p] = rest.map((n) => (n * side) / 1000);
    if (c < colours && p.length % 2 === 0) found.push({ t: LETTERS[word[0]], c, r: Math.max(0.5, r), p });
  }
  return found;
}
