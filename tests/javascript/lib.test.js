// What tabs share and what can be checked without a page.

import assert from "node:assert/strict";
import { test } from "node:test";
import { decodeStroke, encodeStroke } from "../../gan_models/ui/lib/brush.js";
import { escaped, html } from "../../gan_models/ui/lib/dom.js";
import { format, parse } from "../../gan_models/ui/lib/link.js";
import {
  amount,
  another,
  clamp,
  dice,
  percent,
  Recent,
  range,
  same,
  seeded,
  someAmount,
  whole,
} from "../../gan_models/ui/lib/numbers.js";
import { swing } from "../../gan_models/ui/lib/player.js";
import { spot } from "../../gan_models/ui/lib/sprite_sheet.js";
import { Strips } from "../../gan_models/ui/lib/strip_slider.js";
import { History } from "../../gan_models/ui/lib/undo.js";

test("what stands in a template is escaped, once, and what html made is not", () => {
  assert.equal(escaped(`<a href="x">'&'</a>`), "&lt;a href=&quot;x&quot;&gt;&#39;&amp;&#39;&lt;/a&gt;");
  const items = ["<1>", 2].map((n) => html`<li>${n}</li>`);
  assert.equal(
    String(html`<ul class="${'"x'}">${items}${null}${undefined}${0}</ul>`),
    '<ul class="&quot;x"><li>&lt;1&gt;</li><li>2</li>0</ul>',
  );
  assert.equal(String(html`\u00d7`), "×");
  assert.equal(String(html`${{ text: "<b>" }}`), "[object Object]"); // no forging of markup
});

test("links come back as they went, and speak of one tab", () => {
  const hash = format("real-or-fake", { seed: 7, look: "a&b=ü #" });
  assert.deepEqual(parse(hash, "real-or-fake"), { seed: "7", look: "a&b=ü #" });
  assert.deepEqual(parse(hash, "digits"), {});
  assert.equal(format("family-tree", {}), "#family-tree");
  assert.deepEqual(parse("", "digits"), {});
  assert.deepEqual(parse("#digits", "digits"), {});
});

test("numbers from outside are whole and in range, or not taken", () => {
  assert.equal(whole("12", 0, 20, 7), 12);
  for (const text of ["21", "-1", "1.5", "1e1", "", " 3", undefined, null, "x"]) assert.equal(whole(text, 0, 20, 7), 7);
  assert.deepEqual([clamp(5, 0, 3), clamp(-5, 0, 3), clamp(2, 0, 3)], [3, 0, 2]);
  assert.deepEqual(
    ["0.4", "7", "-1", "", "x", undefined, "Infinity"].map((s) => amount(s, 0, 2, 1)),
    [0.4, 2, 0, 0, 1, 1, 1],
  );
  assert.deepEqual(new Set(range(50).map(() => another(["a", "b", "c"], "b"))), new Set(["a", "c"]));
});

test("a share is never rounded away", () => {
  assert.deepEqual([0, 0.004, 0.01, 0.126, 1].map(percent), ["0 %", "under 1 %", "1 %", "13 %", "100 %"]);
});

test("the same seed gives the same numbers, spread over the whole range", () => {
  const [one, two, other] = [seeded(7), seeded(7), seeded(8)];
  const numbers = range(4000).map(() => one());
  assert.deepEqual(
    numbers.slice(0, 5),
    range(5).map(() => two()),
  );
  assert.notEqual(numbers[0], other());
  const mean = numbers.reduce((a, b) => a + b) / numbers.length;
  assert.ok(Math.abs(mean - 0.5) < 0.02 && Math.min(...numbers) < 0.01 && Math.max(...numbers) > 0.99);
});

test("random amounts lie on a slider's steps", () => {
  for (const amount of range(200).map(() => someAmount(0.5))) {
    assert.ok(Math.abs(amount) <= 2);
    assert.ok(Number.isInteger(Math.round(amount * 1e6) / 5e4));
  }
  assert.ok(range(100).every(() => [0, 1, 2].includes(dice(3))));
});

test("a recent map forgets the first", () => {
  const recent = new Recent(2);
  for (const key of ["a", "b", "c"]) recent.set(key, key);
  assert.deepEqual([...recent.keys()], ["b", "c"]);
});

test("undo gives copies back, and forgets a change of nothing", () => {
  const history = new History(2);
  const state = { walk: [1] };
  history.keep(state);
  state.walk.push(2);
  assert.deepEqual(history.back(), { walk: [1] });
  assert.ok(history.empty);
  for (const n of [1, 2, 3]) history.keep({ n });
  history.settle({ n: 3 });
  assert.deepEqual(history.back(), { n: 2 });
  assert.equal(history.back(), undefined);
  assert.ok(same({ a: [1] }, { a: [1] }) && !same({ a: 1 }, { a: 2 }));
});

test("frames of a sheet have their places", () => {
  assert.deepEqual(
    [spot(0, 5, 5), spot(24, 5, 5), spot(7, 5, 3), spot(0, 1, 1), spot(3, 2, 10)],
    [
      [0, 0],
      [100, 100],
      [50, 50],
      [0, 0],
      [100, (1 / 9) * 100],
    ],
  );
});

test("playing goes there and back", () => {
  assert.deepEqual(
    [0, 500, 1000, 1500, 2000, 2500].map((time) => swing(time, 1000)),
    [0, 0.5, 1, 0.5, 0, 0.5],
  );
});

test("strokes come back from links, and nonsense does not", () => {
  const stroke = { erase: true, r: 12, p: [10, 20, 30, 40] };
  assert.deepEqual(decodeStroke(encodeStroke(stroke, 1000), 1000), stroke);
  assert.equal(encodeStroke({ r: 4, p: [100, 50] }, 400), "l10.250.125");
  for (const word of ["", "q1.2.3", "l", "l1", "l1.2", "l1.2.3.4", "lx.2.3", "l1.Infinity.2", "l1..x"])
    assert.equal(decodeStroke(word, 400), null, word);
});

test("a strip is fetched once, and again after a failure", async () => {
  const strips = new Strips(2);
  let fetched = 0;
  const give = (strip) => async () => {
    fetched += 1;
    return strip;
  };
  const [first, second] = await Promise.all([strips.load("k", give("A")), strips.load("k", give("B"))]);
  assert.deepEqual([first, second, strips.get("k"), fetched], [true, false, "A", 1]);
  assert.equal(await strips.load("bad", give(null)), false);
  assert.equal(await strips.load("bad", give("C")), true);
});
