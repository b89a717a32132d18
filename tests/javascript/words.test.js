import assert from "node:assert/strict";
import { test } from "node:test";
import { exchanged, partsOf } from "../../gan_models/ui/tabs/words/sentence.js";

const known = { colours: ["red", "orange", "purple"], kinds: ["rose", "passion flower", "colt's foot"] };
const split = (text) => partsOf(text, known).map(({ words, what }) => [words, what]);

test("colours and names of flowers are found, whole words only", () => {
  assert.deepEqual(split("A Purple passion flower, reddish"), [
    ["A", ""],
    ["Purple", "colour"],
    ["passion flower", "kind"],
    ["reddish", ""],
  ]);
  assert.deepEqual(split("colt's foot roses"), [
    ["colt's foot", "kind"],
    ["roses", ""],
  ]);
  assert.deepEqual(split(" <b> 12"), [
    ["b", ""],
    ["12", ""],
  ]);
  assert.deepEqual(split(""), []);
});

test("a word is exchanged, its article follows, the rest stays as it was", () => {
  const exchange = (text, which, words) => exchanged(text, partsOf(text, known), which, words);
  assert.equal(exchange("see a red  passion flower!", 2, "orange"), "see an orange  passion flower!");
  assert.equal(exchange("An orange rose", 1, "red"), "a red rose");
  assert.equal(exchange("(see a red  passion flower?!) ", 3, "rose"), "(see a red  rose?!) ");
  assert.equal(exchange("Red.", 0, "purple"), "purple.");
});
