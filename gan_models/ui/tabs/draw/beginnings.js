// Drawings to begin with, in hundredths of the sheet. All were drawn for this page.

import { range } from "../../lib/numbers.js";

const WALL = 1;
const WINDOW = 2;
const DOOR = 3;
const HEAD = 4;
const SILL = 5;
const BALCONY = 6;
const SHUTTER = 7;
const DECORATION = 8;
const MOULDING = 9;
const PILLAR = 10;
const SHOP = 11;

/** A soft line through places (Catmull and Rom), as x, y, x, y, ... */
function curve(...places) {
  const closed = String(places[0]) === String(places.at(-1));
  const at = (i) => {
    if (closed) return places[(i + places.length - 1) % (places.length - 1)];
    return places[Math.max(0, Math.min(places.length - 1, i))];
  };
  const out = [];
  for (let i = 0; i < places.length - 1; i++)
    for (let k = 0; k < 6; k++) {
      const t = k / 6;
      const [a, b, c, d] = [at(i - 1), at(i), at(i + 1), at(i + 2)];
      for (const n of [0, 1])
        out.push(
          0.5 *
            (2 * b[n] +
              (c[n] - a[n]) * t +
              (2 * a[n] - 5 * b[n] + 4 * c[n] - d[n]) * t * t +
              (3 * b[n] - a[n] - 3 * c[n] + d[n]) * t * t * t),
        );
    }
  return [...out, ...places.at(-1)];
}

const straight = (...places) => places.flat();
const lines = (...all) => all.map((p) => ({ t: "pen", c: 1, r: 0.6, p }));
const box = (c, left, top, right, bottom) => ({ t: "box", c, r: 1, p: [left, top, right, bottom] });

/** Windows in rows and columns between two corners, each with what belongs to it. */
function windows({ rows, columns, left, top, right, bottom, head = true, sill = true, shutters = false }) {
  const [wide, tall] = [(right - left) / columns, (bottom - top) / rows];
  return range(rows * columns).flatMap((k) => {
    const x = left + (k % columns) * wide;
    const y = top + Math.floor(k / columns) * tall;
    const [a, b, c, d] = [x + 0.26 * wide, y + 0.22 * tall, x + 0.74 * wide, y + 0.8 * tall];
    return [
      box(WINDOW, a, b, c, d),
      ...(head ? [box(HEAD, a - 0.06 * wide, b - 0.13 * tall, c + 0.06 * wide, b - 0.02 * tall)] : []),
      ...(sill ? [box(SILL, a - 0.04 * wide, d, c + 0.04 * wide, d + 0.07 * tall)] : []),
      ...(shutters ? [box(SHUTTER, a - 0.16 * wide, b, a, d), box(SHUTTER, c, b, c + 0.16 * wide, d)] : []),
    ];
  });
}

export const BEGINNINGS = {
  things: {
    Shoe: lines(
      curve([7, 33], [6, 55], [7, 80], [20, 86], [45, 88], [70, 93], [88, 93], [95, 87], [92, 77], [80, 68], [62, 55],
        [51, 42], [43, 31], [30, 37], [18, 38], [7, 33]), // biome-ignore format: places
      curve([7, 74], [30, 78], [60, 83], [95, 85]),
      straight([45, 45], [55, 40]),
      straight([51, 52], [61, 46]),
      straight([58, 59], [68, 53]),
    ),
    Boot: lines(
      curve([32, 6], [33, 40], [30, 66], [27, 82], [27, 94], [40, 94], [43, 88], [60, 91], [84, 94], [91, 86], [84, 74],
        [69, 65], [62, 52], [61, 30], [63, 6], [48, 8], [32, 6]), // biome-ignore format: places
      straight([33, 14], [62, 14]),
      curve([28, 83], [45, 83], [65, 87], [90, 88]),
    ),
    "High heel": lines(
      curve([8, 28], [7, 50], [10, 72], [9, 92], [26, 92], [29, 77], [42, 79], [60, 88], [84, 93], [96, 88], [90, 80],
        [70, 70], [50, 54], [30, 42], [18, 32], [8, 28]), // biome-ignore format: places
    ),
    Handbag: lines(
      straight([20, 45], [80, 45], [88, 92], [12, 92], [20, 45]),
      curve([33, 45], [35, 26], [43, 14], [57, 14], [65, 26], [67, 45]),
      curve([20, 45], [34, 60], [50, 65], [66, 60], [80, 45]),
      straight([47, 61], [53, 61], [53, 69], [47, 69], [47, 61]),
    ),
    Clutch: lines(
      straight([7, 38], [93, 38], [93, 76], [7, 76], [7, 38]),
      straight([7, 38], [50, 60], [93, 38]),
      curve([47, 58], [50, 55], [53, 58], [50, 62], [47, 58]),
    ),
  },
  facades: {
    "Town house": [
      box(WALL, 14, 12, 86, 96),
      box(MOULDING, 12, 10, 88, 17),
      box(MOULDING, 14, 66, 86, 69),
      ...windows({ rows: 2, columns: 4, left: 14, top: 18, right: 86, bottom: 65 }),
      ...windows({ rows: 1, columns: 4, left: 14, top: 68, right: 86, bottom: 95, head: false, sill: false }),
      box(WALL, 42, 69, 58, 96),
      box(DOOR, 44, 72, 56, 96),
    ],
    Palace: [
      box(WALL, 4, 16, 96, 97),
      box(MOULDING, 2, 12, 98, 20),
      box(DECORATION, 38, 4, 62, 12),
      box(MOULDING, 4, 56, 96, 60),
      ...windows({ rows: 1, columns: 7, left: 4, top: 20, right: 96, bottom: 56 }),
      ...windows({ rows: 1, columns: 7, left: 4, top: 60, right: 96, bottom: 96, head: false }),
      ...range(8).map((k) => box(PILLAR, 3 + 13.1 * k, 20, 5.4 + 13.1 * k, 56)),
      box(WALL, 43, 61, 57, 97),
      box(DOOR, 45, 64, 55, 97),
      box(BALCONY, 41, 49, 59, 57),
    ],
    "Corner shop": [
      box(WALL, 10, 8, 90, 97),
      box(MOULDING, 8, 6, 92, 11),
      ...windows({ rows: 2, columns: 3, left: 10, top: 12, right: 90, bottom: 64, shutters: true }),
      box(MOULDING, 10, 65, 90, 70),
      box(SHOP, 13, 71, 43, 96),
      box(SHOP, 58, 71, 87, 96),
      box(DOOR, 45, 72, 56, 97),
    ],
    Balconies: [
      box(WALL, 18, 6, 82, 97),
      box(MOULDING, 16, 4, 84, 9),
      ...windows({ rows: 4, columns: 3, left: 18, top: 10, right: 82, bottom: 94, head: false, sill: false }),
      ...range(3).map((k) => box(BALCONY, 40, 22 + 21 * k, 60, 30 + 21 * k)),
      box(WALL, 40, 74, 60, 97),
      box(DOOR, 44, 77, 56, 97),
    ],
  },
};

/** A beginning's shapes on a sheet of that side. */
export const laidOut = (shapes, side) =>
  shapes.map((shape) => ({ ...shape, r: (shape.r * side) / 100, p: shape.p.map((n) => (n * side) / 100) }));
