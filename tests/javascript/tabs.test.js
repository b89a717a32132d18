// What single tabs work out by themselves.

import assert from "node:assert/strict";
import { test } from "node:test";
import { slug } from "../../gan_models/ui/lib/gradio_shell.js";
import { apart, rooms } from "../../gan_models/ui/static/tour.js";
import { shortTitle } from "../../gan_models/ui/tabs/arithmetic/gallery.js";
import { compose, unpack } from "../../gan_models/ui/tabs/horses/compose.js";
import { corners, decode, encode, placeOn } from "../../gan_models/ui/tabs/inpaint/mask.js";
import { rgb } from "../../gan_models/ui/tabs/learn/canvas.js";
import { decades, powerOfTen, short } from "../../gan_models/ui/tabs/learn/chart.js";
import { fromTheMiddle } from "../../gan_models/ui/tabs/restore/enlarge.js";
import { halfOf, mapOf } from "../../gan_models/ui/tabs/sample/looks.js";
import { frameAt } from "../../gan_models/ui/tabs/sample/path.js";

test("tabs have the names that links use", () => {
  assert.deepEqual(["Real or fake?", "Horse to zebra", " Sample "].map(slug), [
    "real-or-fake",
    "horse-to-zebra",
    "sample",
  ]);
});

test("the tour's card stands in the window and beside its ring", () => {
  const page = { width: 390, height: 844 };
  const card = { width: 360, height: 200 };
  const ring = { left: 20, right: 370, top: 300, bottom: 350 };
  const found = rooms(ring, card, page);
  assert.deepEqual(
    found.map((room) => room.name),
    ["below", "above", "lowRight", "lowLeft", "highRight", "highLeft"],
  );
  for (const room of found) {
    assert.ok(apart(room, ring) && room.left >= 8 && room.right <= 383 && room.top >= 8 && room.bottom <= 837);
  }
  assert.deepEqual(rooms({ left: 0, right: 390, top: 0, bottom: 844 }, card, page), []);
});

test("a picture is enlarged from its middle outwards", () => {
  const tiles = [0, 10, 20].flatMap((y) => [0, 10, 20].map((x) => [x, y, 10, 10]));
  assert.deepEqual(fromTheMiddle(tiles), [4, 1, 3, 5, 7, 0, 2, 6, 8]);
  assert.deepEqual(fromTheMiddle([[0, 0, 7, 5]]), [0]);
});

test("a gallery's title loses what its sort says already", () => {
  const titles = ["smiling women", "men with glasses", "women", "Neutral men"];
  assert.deepEqual(titles.map(shortTitle), ["Smiling", "With glasses", "All", "Neutral"]);
});

test("a change is unpacked, enlarged and made, within the range", () => {
  const grey = (...levels) => Uint8ClampedArray.from(levels.flatMap((v) => [v, v, v, 255]));
  const wanted = unpack(grey(128, 255, 100, 200, 0, 255), 2, 3); // change, picture as seen, share of detail lost
  assert.deepEqual([wanted.width, wanted.height, [...wanted.lost]], [2, 1, [0, 1]]);
  const at = (strength, before) => {
    const page = new Uint8ClampedArray(before.length);
    compose(before, 2, wanted, strength, page);
    return [...page];
  };
  assert.deepEqual(at(0, grey(100, 210)), [...grey(100, 210)]);
  assert.deepEqual(at(0.5, grey(103, 50)), [...grey(103, 252)]); // 50 / 2 + 255 / 2 + 200 / 2 = 252.5
  assert.deepEqual(at(1.5, grey(103, 50)), [...grey(103, 255)]);
  const wide = new Uint8ClampedArray(16);
  compose(grey(90, 90, 90, 90), 4, { ...wanted, lost: Float32Array.of(0, 0) }, 0.25, wide);
  assert.deepEqual(
    [0, 4, 8, 12].map((k) => wide[k]),
    [90, 106, 138, 154],
  );
});

test("a square's corners turn with it", () => {
  const square = { x: 100, y: 50, side: 20, angle: Math.PI / 2 };
  assert.deepEqual(placeOn(square, 0.5, 0.5), [100, 50]);
  const turned = corners(square).map((corner) => corner.map(Math.round));
  assert.deepEqual(turned, [
    [110, 40],
    [110, 60],
    [90, 60],
    [90, 40],
  ]);
});

test("a mask comes back from its link, and what makes no sense is left out", () => {
  const frame = { x: 1, y: 2, side: 3, angle: 0 };
  const ops = [
    { quick: "scribbles", seed: 41, frame },
    { erase: false, r: 8, p: [40, 80] },
    { erase: true, r: 4, p: [40, 80, 12, 16] },
  ];
  const word = encode(ops, 400);
  assert.equal(word, "qscribbles.41_l20.100.200_e10.100.200.30.40");
  assert.deepEqual(decode(word, 400, frame), ops);
  assert.deepEqual(decode("qconstructor.1_qtail.2_x_l1.2_", 400, frame), []);
  assert.deepEqual(decode(undefined, 400, frame), []);
});

test("colours and numbers are read as they are written", () => {
  assert.deepEqual(rgb("#2563c9"), [0x25, 0x63, 0xc9]);
  assert.deepEqual([null, undefined, 0, 0.0004, 0.05, 0.5, 5, 50, 500, 12345].map(short), [
    "–",
    "–",
    "0.000",
    "4.0e-4",
    "0.050",
    "0.50",
    "5.00",
    "50.0",
    "500",
    "1.2e+4",
  ]);
  assert.deepEqual([-5, -3, 0, 2, 4].map(powerOfTen), ["1e-5", "0.001", "1", "100", "1e4"]);
  assert.deepEqual(
    [decades(-1.5, 1.2), decades(-6, 1)],
    [
      [-1, 0, 1],
      [-6, -4, -2, 0],
    ],
  );
});

test("a film rests at both ends", () => {
  const frames = Array.from({ length: 56 }, (_, i) => frameAt(70 * i, 25));
  assert.deepEqual(frames.slice(22, 32), [22, 23, 24, 24, 24, 24, 24, 24, 24, 24]);
  assert.deepEqual([frames[0], frames[40], frames[55]], [0, 16, 1]);
});

test("the map of a place is cut out of the sheet of all, and its half is counted from the strongest", () => {
  const data = new Uint8ClampedArray(4 * 256 * 256);
  const [column, row] = [3, 5]; // its map begins at pixel 48, 80
  for (const [x, y, value] of [
    [0, 0, 255],
    [15, 1, 102],
  ])
    data[4 * ((row * 16 + y) * 256 + column * 16 + x)] = value;
  const map = mapOf({ data }, [column, row]);
  assert.equal(map.length, 256);
  assert.deepEqual([map[0], map[31]], [1, 0.4]);
  assert.equal(
    map.reduce((sum, value) => sum + value, 0),
    1.4,
  );
  assert.deepEqual(
    mapOf({ data }, [0, 0]).filter((value) => value),
    [],
  );
  assert.equal(halfOf(map), 1);
  assert.equal(halfOf([0.1, 0.1, 0.1, 0.1]), 2);
});
