import { html, within } from "../../lib/dom.js";
import * as link from "../../lib/link.js";
import { clamp, dice, percent, someAmount, TOP, whole } from "../../lib/numbers.js";
import { Player, swing } from "../../lib/player.js";
import { connect, latest } from "../../lib/rpc.js";
import { show as showFrame } from "../../lib/sprite_sheet.js";

const VIEWS = ["number", "hands", "wall", "morph"];
const LIMIT = 3; // of a slider
const WAY_MS = 2600; // of the morph, one way

/** The tab's state as a link tells it. */
function readState(values, sliders) {
  const style = (values.style ?? "").split(",");
  return {
    view: VIEWS.includes(values.view) ? values.view : "number",
    text: values.n ?? "1990",
    seed: whole(values.seed, 0, TOP, 7),
    digit: whole(values.digit, 0, 9, 4),
    from: whole(values.from, 0, 9, 3),
    to: whole(values.to, 0, 9, 8),
    amounts: Array.from({ length: sliders }, (_, i) => clamp(Number(style[i]) || 0, -LIMIT, LIMIT)),
    raw: values.raw === "1",
    model: "digits",
  };
}

/** The link that {@link readState} reads. */
function linkOf(state) {
  const values = { view: state.view, n: state.text, seed: state.seed };
  if (state.view === "hands") values.digit = state.digit;
  if (state.view === "morph") Object.assign(values, { from: state.from, to: state.to });
  if (state.amounts.some(Boolean)) values.style = state.amounts.map((a) => Number(a.toFixed(2))).join(",");
  if (state.raw) values.raw = 1;
  return values;
}

function tile({ url, reads, sure, real }, wanted) {
  const wrong = wanted !== null && reads !== wanted;
  return html`<figure class="tile">
    <span class="glyph" role="img" aria-label="a handwritten ${wanted ?? reads}" style="--sheet:url(${url})"></span>
    <figcaption><span class="reads ${wrong ? "wrong" : ""}">reads as <b>${reads}</b>, ${percent(sure)}</span>
    <span class="bar" aria-hidden="true"><i style="width:${real * 100}%"></i></span>looks real: ${percent(real)}</figcaption></figure>`;
}

export function start(element, { sliders }) {
  const ui = within(element.querySelector(".digits"));
  const { root, $, $$, on, pick, fill, text, hide, press, settled, count } = ui;
  const ask = connect("digits");
  const state = readState(link.read("digits"), sliders);
  let mix = 0.5;
  let frames = null;

  const player = new Player($(".play"), (time) => {
    mix = swing(time, WAY_MS);
    $(".mix").value = mix;
    showMix();
  });

  function showMix() {
    if (frames) fill(".tiles", tile(frames[Math.round(mix * (frames.length - 1))], null));
  }

  function show(answer, asked) {
    count("answers");
    if (!settled(answer)) return;
    text(".fallback", answer.notice);
    text(".facts", answer.facts);
    text(".verdict", answer.verdict);
    root.classList.toggle("raw-pixels", asked.raw);
    root.classList.toggle("one", asked.view === "morph");
    hide(".board", !answer.sheet);
    hide(".tiles", Boolean(answer.sheet));
    frames = answer.frames ?? null;
    if (answer.sheet) showSheet(answer, asked.view === "wall" ? 10 : 4);
    else if (frames) showMix();
    else showTiles(answer.tiles);
  }

  function showSheet({ sheet, alt, seeds }, columns) {
    showFrame($(".sheet"), { url: sheet });
    $(".sheet").setAttribute("aria-label", alt);
    $(".cells").style.setProperty("--cells", columns);
    const cell = (seed) => html`<button type="button" data-seed="${seed}" title="Write with hand no. ${seed}"
      aria-label="Write with hand no. ${seed}"></button>`;
    fill(".cells", seeds.map(cell));
  }

  function showTiles(tiles) {
    const n = tiles.length;
    $(".tiles").style.setProperty("--cols", n <= 6 ? n : n <= 8 ? 4 : 6);
    $(".tiles").style.setProperty("--narrow", n <= 4 ? n : n <= 6 ? 3 : 4);
    fill(
      ".tiles",
      tiles.map((t) => tile(t, t.label)),
    );
  }

  const paint = latest(ask, show);

  function update(changes = {}, remember = true) {
    Object.assign(state, changes);
    press(".views button", (b) => b.dataset.view === state.view);
    press(".pick button", (b) => Number(b.dataset.digit) === state.digit);
    for (const part of $$(".for")) part.hidden = !part.classList.contains(state.view);
    if ($(".text").value !== state.text) $(".text").value = state.text;
    for (const name of ["seed", "from", "to"]) $(`.${name}`).value = state[name];
    $(".rawbox").checked = state.raw;
    $$(".styles input").forEach((slider, i) => {
      slider.value = state.amounts[i];
      slider.nextElementSibling.value = state.amounts[i].toFixed(1);
    });
    if (remember) link.write("digits", linkOf(state));
    if (state.view !== "morph") player.stop();
    paint({ ask: "paint", ...state });
  }

  pick(".views", (button) => update({ view: button.dataset.view }));
  pick(".pick", (button) => update({ digit: Number(button.dataset.digit) }));
  pick(".cells", (cell) => update({ view: "number", seed: Number(cell.dataset.seed) }));
  on(".text", "input", (_, box) => update({ text: box.value }));
  on(".seed", "change", (_, box) => update({ seed: whole(box.value, 0, TOP, state.seed) }));
  on(".from", "change", (_, box) => update({ from: Number(box.value) }));
  on(".to", "change", (_, box) => update({ to: Number(box.value) }));
  on(".rawbox", "change", (_, box) => update({ raw: box.checked }));
  on(".styles input", "input", (_, slider, i) => update({ amounts: state.amounts.with(i, Number(slider.value)) }));
  on(".reset", "click", () => update({ amounts: state.amounts.map(() => 0) }));
  on(".mix", "input", (_, slider) => {
    player.stop();
    mix = Number(slider.value);
    showMix();
  });
  on(".which", "change", (_, box) => {
    text(".facts", "fetching…");
    update({ model: box.value });
  });
  on(".surprise", "click", () => {
    const changes = { seed: dice(1e6), amounts: state.amounts.map(() => someAmount(0.4)) };
    if (state.view === "hands") changes.digit = dice(10);
    if (state.view === "morph") {
      changes.from = dice(10);
      changes.to = (changes.from + 1 + dice(9)) % 10;
    }
    update(changes);
  });
  link.saves(ui, ".download", () => ask({ ask: "print", ...state, mix }));
  link.shares(ui);
  update({}, link.names("digits"));
}
