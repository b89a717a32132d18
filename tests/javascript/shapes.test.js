import assert from "node:assert/strict";
import { test } from "node:test";
import { BEGINNINGS, laidOut } from "../../gan_models/ui/tabs/draw/beginnings.js";
import { corners, decode, encode, flood, rgb, thinned } from "../../gan_models/ui/tabs/draw/shapes.js";

test("shapes come back from a link, a thousandth of the sheet off at most", () => {
  const shapes = [
    { t: "pen", c: 1, r: 3, p: [10, 20, 60, 90, 200, 30] },
    { t: "eraser", c: 1, r: 8, p: [5, 5] },
    { t: "box", c: 11, r: 1, p: [90, 80, 10, 20] },
    { t: "fill", c: 0, r: 1, p: [100, 100, 101, 101] },
  ];
  const back = decode(encode(shapes, 256), 256, 12);
  assert.deepEqual(
    back.map(({ t, c }) => [t, c]),
    shapes.map(({ t, c }) => [t, c]),
  );
  assert.deepEqual(back[2].p.map(Math.round), [10, 20, 90, 80]);
  assert.deepEqual(back[3].p.map(Math.round), [100, 100]);
  for (const [i, n] of back[0].p.entries()) assert.ok(Math.abs(n - shapes[0].p[i]) < 0.2);
});

test("pictures stay out of links, and nonsense in them is left out", () => {
  assert.equal(encode([{ t: "picture", c: 0, r: 1, p: [0, 0] }], 256), "");
  for (const word of ["", "x1.2.3.4", "p1.2.3", "p1.2.3.a", "p12.2.3.4", "p-1.2.3.4", "p1", "b.5..", "p1.5.1e999.2"])
    assert.deepEqual(decode(word, 256, 12), [], word);
  assert.equal(decode("p1.5.100.100_<script>_b2.5.1.1.9.9", 256, 12).length, 2);
});

test("a stroke's places are thinned, its ends are kept", () => {
  assert.deepEqual(thinned([0, 0, 1, 0, 2, 0, 10, 0, 11, 0], 5), [0, 0, 10, 0, 11, 0]);
});

test("a box lies between its ends whatever the order, and a click makes one", () => {
  assert.deepEqual(corners([9, 1, 5, 5, 2, 7]), [2, 1, 9, 7]);
  assert.deepEqual(corners([10, 10]), [10, 10, 34, 46]);
});

test("a fill stays within its area", () => {
  const page = Uint32Array.from([0, 1, 0, 0, 1, 0, 1, 1, 0]); // two areas of 0, a wall of 1
  flood(page, 3, 0, 0, 7);
  assert.deepEqual([...page], [7, 1, 0, 7, 1, 0, 1, 1, 0]);
  flood(page, 3, 2, 2, 7);
  assert.deepEqual([...page], [7, 1, 7, 7, 1, 7, 1, 1, 7]);
  flood(page, 3, 0, 0, 7);
  flood(page, 3, -1, 0, 9);
  flood(page, 3, 3, 3, 9);
  assert.deepEqual([...page], [7, 1, 7, 7, 1, 7, 1, 1, 7]);
});

test("a colour is three numbers", () => assert.deepEqual(rgb("#0d3dfb"), [13, 61, 251]));

test("every beginning lies on the sheet", () => {
  for (const [subject, colours] of [["things", 2], ["facades", 12]]) // biome-ignore format: a pair each
    for (const [name, shapes] of Object.entries(BEGINNINGS[subject]))
      for (const { c, p } of laidOut(shapes, 256)) {
        assert.ok(c >= 0 && c < colours, name);
        assert.ok(p.length % 2 === 0 && p.every((n) => n >= 0 && n <= 256), `${name}: ${p}`);
      }
});
