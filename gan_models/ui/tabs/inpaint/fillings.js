// The answers: asked for, chosen among, compared with what was there before, made finer.

import { compare } from "../../lib/compare.js";
import { html, loadImage } from "../../lib/dom.js";
import { dice, percent, range } from "../../lib/numbers.js";
import { latest } from "../../lib/rpc.js";
import { drawAnswer, drawMap, drawThumb } from "./answers.js";
import { sharpening } from "./sharpen.js";

export const NO_FACE = `No face was found, and the network knows nothing but faces: what you brush away is filled smoothly from
  its edge. If there is a face, tick “Set the square by hand” and put the square onto it.`;

/** How large an opened picture is, in words. */
export const sizeOf = ({ full }) => `${full[0]} × ${full[1]} pixels`;

/**
 * @param {any} ui the tools of the tab
 * @param {any} ask
 * @param {object} hooks
 * @param {() => any} hooks.opened the picture that is open: what the server said of it, and its image
 * @param {(seeds: number[]) => any} hooks.request what is asked for so many fillings
 * @param {() => Promise<any>} hooks.files what goes along: the mask
 * @param {() => void} hooks.shown other answers are there, or another is chosen
 */
export function openFillings(ui, ask, { opened, request, files, shown }) {
  const { root, $, $$, on, pick, fill, text, disable, press, toggle, say, settled, count } = ui;
  const [after, before] = [".after", ".before"].map($);
  let filled = null; // the last answers
  let other = "before"; // what the answer is compared with
  const seeds = () => ($(".model").value === "aot" ? [fillings.seed] : range(4).map((k) => fillings.seed + k));
  const fillings = {
    seed: dice(1e6), // of the first
    chosen: 0,
    chosenSeed: () => seeds()[fillings.chosen],
    ask() {
      root.classList.add("busy");
      send({ ask: "fill", ...request(seeds()) });
    },
    /** There are none. */
    forget() {
      filled = null;
      $(".compare").classList.remove("has");
      fill(".variants", "");
    },
  };

  const send = latest(
    async (asked) => ask(asked, await files()),
    async (answer, asked) => {
      root.classList.remove("busy");
      count("answers");
      if (asked.key !== opened()?.key || !settled(answer)) return;
      const [mean, telea, ...images] = await Promise.all(
        [answer.naive.mean, answer.naive.telea, ...answer.pages].map(loadImage),
      );
      filled = { ...answer, images, naive: { mean, telea } };
      fillings.chosen = Math.min(fillings.chosen, images.length - 1);
      const [share, square] = [answer.share, answer.square].map(percent);
      if (!answer.face) say(NO_FACE); // the answer before may have said something else
      text(".shares", `${share} of the picture is gone${answer.face ? `, ${square} of the face’s square` : ""}`);
      text(".facts", `${answer.facts} · seed ${asked.seeds[fillings.chosen]} · ${sizeOf(opened())}`);
      $(".compare").classList.add("has");
      disable(".download", false);
      disable(".again", !answer.face);
      text(".aftername", answer.face ? "Filled by the GAN" : "Filled smoothly");
      show();
      shown();
      sharpen();
    },
  );
  const finer = sharpening(
    async (asked) => ask(asked, await files()),
    () => filled,
    () => {
      show();
      count("sharpened");
    },
  );
  const sharpen = () => finer(fillings.chosen, request([fillings.chosenSeed()]));

  function show() {
    const button = (_, i) => html`<button type="button" data-variant="${i}" aria-pressed="${i === fillings.chosen}"
      aria-label="Answer ${i + 1}"><canvas></canvas></button>`;
    fill(".variants", filled.images.map(button));
    $$(".variants canvas").forEach((canvas, i) => drawThumb(canvas, opened().image, filled, i));
    showAnswer();
  }

  function showAnswer() {
    if (!filled) return;
    drawAnswer(after, opened().image, filled, fillings.chosen);
    if ($(".map").checked) drawMap(after, filled, fillings.chosen);
    drawAnswer(before, opened().image, filled, other);
    placeLine();
  }

  const placeLine = compare(ui, ".before", () => filled !== null);

  toggle("other", (name, button) => {
    other = name;
    text(".beforename", button.textContent);
    if (Number($(".wipe").value) === 0) $(".wipe").value = 50;
    showAnswer();
  });
  pick(".variants", (button) => {
    fillings.chosen = Number(button.dataset.variant);
    press(".variants button", (b) => b === button);
    text(".facts", $(".facts").textContent.replace(/seed \d+/, `seed ${fillings.chosenSeed()}`));
    showAnswer();
    shown();
    sharpen();
  });
  on(".map", "change", showAnswer);
  return fillings;
}
