// When a picture is sharpened, and that never another one's sharpness lies over it.

import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";
import { openSharp } from "../../gan_models/ui/tabs/sample/sharp.js";

const REST_MS = 300;
let place; // the point that is looked at
let answers; // asked points, and what answers them
let tick; // the box that is ticked: { checked, change() }
let over; // what lies over the picture
let sharp;

const settled = async () => {
  for (let k = 0; k < 9; k++) await null;
};

beforeEach(() => {
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout"] });
  globalThis.Image = class {
    async decode() {}
  };
  [place, answers, over] = [1, [], null];
  tick = { checked: true };
  const boxes = {
    ".sharpen": tick,
    ".finer": { replaceChildren: (image) => (over = image?.src ?? null) },
    ".sharpness": { classList: { toggle() {} } },
  };
  const ui = {
    $: (selector) => boxes[selector],
    on: (_, __, handle) => (tick.change = handle),
    text() {},
    hide() {},
    count() {},
  };
  const ask = ({ point }) => new Promise((answer) => answers.push({ point, answer }));
  const here = () => ({ point: place });
  sharp = openSharp(ui, ask, { here, side: () => 128, factor: 4, shown() {} });
});

const rests = (point) => {
  place = point;
  sharp.moved(); // its frame was put into the picture
  sharp.rest({ url: `soft ${point}` });
};
const waits = async () => {
  mock.timers.tick(REST_MS);
  await settled();
};
const answered = async (more = {}) => {
  const { point, answer } = answers.pop();
  answer({ url: `sharp ${point}`, ...more });
  await settled();
};

test("what rests is sharpened, what moves at once is not, and what comes back is remembered", async () => {
  rests(1);
  mock.timers.tick(REST_MS - 1);
  assert.equal(answers.length, 0);
  await waits();
  await answered();
  assert.equal(over, "sharp 1");
  sharp.moved();
  assert.equal(over, null);
  rests(1);
  assert.equal(over, "sharp 1");
  await waits();
  assert.equal(answers.length, 0);
});

test("an answer that comes too late is kept for its own picture", async () => {
  rests(1);
  await waits();
  rests(2);
  await answered();
  assert.equal(over, null);
  rests(1);
  assert.equal(over, "sharp 1");
  rests(3);
  place = 4; // a hand has moved on; its frame is on its way
  await waits();
  assert.equal(answers.length, 0);
});

test("a refusal is silent, and what is downloaded then is the plain picture", async () => {
  rests(1);
  assert.ok(sharp.keeps());
  await waits();
  await answered({ error: "busy" });
  assert.deepEqual([over, sharp.keeps()], [null, false]);
  rests(2);
  await waits();
  await answered();
  assert.deepEqual([over, sharp.keeps()], ["sharp 2", true]);
  tick.checked = false;
  tick.change();
  assert.deepEqual([over, sharp.keeps()], [null, false]);
});
