// The hole in a picture: strokes and one-click masks, kept as a list, painted from it, and written into links.

import { decodeStroke, drawStroke, encodeStroke } from "../../lib/brush.js";
import { clamp, range, seeded } from "../../lib/numbers.js";

/** @typedef {{ x: number, y: number, side: number, angle: number }} Square around a face, in pixels and radians */

/** A share of a square's width and height as a place in the picture. @param {Square} square @returns {[number, number]} */
export function placeOn({ x, y, side, angle }, u, v) {
  const [c, s] = [Math.cos(angle) * side, Math.sin(angle) * side];
  return [x + c * (u - 0.5) - s * (v - 0.5), y + s * (u - 0.5) + c * (v - 0.5)];
}

/** The square's corners, in turn. */
export const corners = (square) =>
  [
    [0, 0],
    [1, 0],
    [1, 1],
    [0, 1],
  ].map(([u, v]) => placeOn(square, u, v));

/** A line that turns this way and that within a square, as shares of it: the same for the same random numbers. */
function scribble(random) {
  let [x, y, angle] = [0.1 + 0.8 * random(), 0.1 + 0.8 * random(), 6.28 * random()];
  const path = [[x, y]];
  for (const i of range(6)) {
    angle += (i % 2 ? 1 : -1) * (0.3 + random());
    x = clamp(x + 0.2 * Math.cos(angle), 0.02, 0.98);
    y = clamp(y + 0.2 * Math.sin(angle), 0.02, 0.98);
    path.push([x, y]);
  }
  return path;
}

/** One-click masks, in shares of a face's square. `p` has oval(u, v, w, h), box(l, t, r, b) and line(path, wide). */
const QUICK = {
  eyes(p) {
    p.oval(0.285, 0.295, 0.145, 0.095);
    p.oval(0.678, 0.295, 0.145, 0.095);
  },
  glasses(p) {
    p.oval(0.27, 0.335, 0.215, 0.175);
    p.oval(0.69, 0.335, 0.215, 0.175);
    p.box(0.05, 0.2, 0.915, 0.37); // bridge and upper rims, out to their corners
    p.box(-0.005, 0.225, 0.97, 0.355); // temples
  },
  mouth: (p) => p.oval(0.482, 0.775, 0.235, 0.125),
  half: (p) => p.box(0.482, -0.02, 1.02, 1.02),
  scribbles(p, seed) {
    const random = seeded(seed);
    for (const _ of range(4)) p.line(scribble(random), 0.07);
  },
};

/** Draw one operation: a stroke, or a one-click mask { quick, seed, frame }. */
export function draw(pen, op) {
  if (!op.quick) return drawStroke(pen, op);
  const { frame } = op;
  Object.assign(pen, { globalCompositeOperation: "source-over", fillStyle: "#fff", strokeStyle: "#fff" });
  pen.lineCap = pen.lineJoin = "round";
  const trace = (path) => {
    pen.beginPath();
    for (const [u, v] of path) pen.lineTo(...placeOn(frame, u, v));
  };
  QUICK[op.quick](
    {
      oval(u, v, w, h) {
        pen.beginPath();
        pen.ellipse(...placeOn(frame, u, v), w * frame.side, h * frame.side, frame.angle, 0, 6.3);
        pen.fill();
      },
      box(l, t, r, b) {
        trace([
          [l, t],
          [r, t],
          [r, b],
          [l, b],
        ]);
        pen.fill();
      },
      line(path, wide) {
        trace(path);
        pen.lineWidth = wide * frame.side;
        pen.stroke();
      },
    },
    op.seed,
  );
}

/** Operations as a word for links, for a picture so wide. */
export const encode = (ops, width) =>
  ops.map((op) => (op.quick ? `q${op.quick}.${op.seed}` : encodeStroke(op, width))).join("_");

/** The operations that {@link encode} wrote; what makes no sense is left out. One-click masks are set on a square. */
export function decode(text, width, frame) {
  const read = (word) => {
    if (word[0] !== "q") return decodeStroke(word, width);
    const [quick, seed] = word.slice(1).split(".");
    return Object.hasOwn(QUICK, quick) ? { quick, seed: Number(seed) || 0, frame } : null;
  };
  return String(text ?? "")
    .split("_")
    .map(read)
    .filter(Boolean);
}
