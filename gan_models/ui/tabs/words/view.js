// A sentence becomes a flower while one types; its words can be exchanged one by one.

import { html, within } from "../../lib/dom.js";
import * as link from "../../lib/link.js";
import { dice, percent, TOP, whole } from "../../lib/numbers.js";
import { Player, swing } from "../../lib/player.js";
import { connect, latest } from "../../lib/rpc.js";
import { show } from "../../lib/sprite_sheet.js";
import { exchanged, partsOf } from "./sentence.js";

const WAY_MS = 3200; // of the way between two sentences
const OTHER = "a yellow daffodil";

/** @param {any} element @param {{ colours: string[], kinds: string[], sentences: string[], first: string }} options */
export function start(element, { colours, kinds, sentences, first }) {
  const ui = within(element.querySelector(".words"));
  const { $, on, pick, fill, text, hide, press, settled, count } = ui;
  const ask = connect("words");
  const asked = link.names("words") ? link.read("words") : {};
  const state = {
    text: asked.t ?? first,
    other: asked.to ?? OTHER,
    seed: whole(asked.seed, 0, TOP, 8),
  };
  let parts = [];
  let chosen = -1; // the word that is about to be exchanged
  let mix = 0.5;
  let frames = null;

  // --- the words ---
  function chips() {
    parts = partsOf(state.text, { colours, kinds });
    fill(
      ".chips",
      parts.map(({ words, what }, i) =>
        what
          ? html`<button type="button" class="chip ${what}" data-part="${i}" aria-expanded="${i === chosen}">${words}</button>`
          : html`<span class="chip">${words}</span>`,
      ),
    );
    const part = parts[chosen];
    hide(".instead", !part?.what);
    if (!part?.what) return;
    const offers = part.what === "colour" ? colours : kinds;
    fill(
      ".instead",
      offers.map(
        (word) => html`<button type="button" aria-pressed="${word === part.words.toLowerCase()}">${word}</button>`,
      ),
    );
  }
  pick(".chips", (button) => {
    const part = Number(button.dataset.part);
    chosen = chosen === part ? -1 : part;
    chips();
  });
  pick(".instead", (button) => {
    const part = chosen;
    chosen = -1;
    update({ text: exchanged(state.text, parts, part, button.textContent) });
    $(`[data-part="${part}"]`)?.focus();
  });
  pick(".unknown", (button) => update({ text: state.text.replace(button.dataset.word, button.dataset.meant) }));

  // --- the picture ---
  const paint = latest(ask, (answer) => {
    count("painted");
    if (!settled(answer)) {
      fill(".unknown", "");
      return;
    }
    $(".draft").src = answer.draft;
    $(".picture").src = answer.picture;
    text(".size", "second stage: 64 × 64");
    const [likely, ...less] = answer.kinds.map(([name, sure]) => `${name} ${percent(sure)}`);
    text(
      ".seen",
      `A classifier that never saw a painted flower sees ${answer.colour}, and of 102 kinds: ${likely} (or ${less.join(", ")}). The discriminator believes picture and words by ${percent(answer.belief)}.`,
    );
    fill(".unknown", answer.unknown.map(doubt));
    show($(".sheet"), answer.others);
    const cell = (seed) => html`<button type="button" data-seed="${seed}" aria-label="Take seed ${seed}"></button>`;
    fill(".cells", answer.seeds.map(cell));
    text(".facts", answer.facts);
  });
  const doubt = ({ word, meant }) =>
    meant
      ? html`<span>I don’t know “${word}”. Did you mean
          <button type="button" data-word="${word}" data-meant="${meant}">${meant}</button>? </span>`
      : html`<span>I don’t know “${word}”. </span>`;

  // --- between two sentences ---
  const player = new Player($(".play"), (time) => {
    mix = swing(time, WAY_MS);
    $(".mix").value = mix;
    showMix();
  });
  const showMix = () => frames && show($(".between"), frames.sheet, Math.round(mix * (frames.frames - 1)));
  const morph = latest(ask, (answer) => {
    count("morphed");
    if (answer.error) return;
    frames = answer;
    showMix();
  });

  function update(changes = {}, remember = true) {
    Object.assign(state, changes);
    if ($(".text").value !== state.text) $(".text").value = state.text;
    if ($(".other").value !== state.other) $(".other").value = state.other;
    $(".seed").value = state.seed;
    press(".starts button", (button) => button.textContent === state.text);
    chips();
    if (remember) link.write("words", { t: state.text, to: state.other, seed: String(state.seed) });
    paint({ ask: "paint", text: state.text, seed: state.seed });
    morph({ ask: "morph", ...state });
  }

  on(".text", "input", (_, box) => {
    chosen = -1;
    update({ text: box.value });
  });
  on(".other", "input", (_, box) => update({ other: box.value }));
  on(".seed", "change", (_, box) => update({ seed: whole(box.value, 0, TOP, state.seed) }));
  on(".next", "click", () => update({ seed: dice(1e6) }));
  pick(".starts", (button) => update({ text: button.textContent }));
  pick(".cells", (cell) => update({ seed: Number(cell.dataset.seed) }));
  on(".mix", "input", (_, slider) => {
    player.stop();
    mix = Number(slider.value);
    showMix();
  });
  on(".surprise", "click", () => {
    const colour = colours[dice(colours.length)];
    const sentence = dice(3) ? `a ${colour} ${kinds[dice(kinds.length)]}` : sentences[dice(sentences.length)];
    chosen = -1;
    update({ text: sentence, seed: dice(1e6) });
  });
  on(".enlarge", "click", async () => {
    text(".size", "enlarging…");
    const answer = await ask({ ask: "enlarge", text: state.text, seed: state.seed });
    text(".size", answer.error ? "second stage: 64 × 64" : "second stage, enlarged to 256 × 256");
    if (!settled(answer)) return;
    $(".picture").src = answer.picture;
    count("enlarged");
  });
  link.shares(ui);
  on(".download", "click", () => link.save($(".picture").src, `flower-${state.seed}.jpg`));
  update({}, link.names("words"));
}
