// A sheet to draw on; the server paints what is on it, again with every stroke, and only ever the newest.

import { brush } from "../../lib/brush.js";
import { html, loadImage, within } from "../../lib/dom.js";
import { names, read, save, shares, write } from "../../lib/link.js";
import { amount, dice, percent, whole } from "../../lib/numbers.js";
import { drawMap } from "../../lib/opinion_map.js";
import { pictureSource, toBlob } from "../../lib/picture_source.js";
import { connect, latest } from "../../lib/rpc.js";
import { BEGINNINGS, laidOut } from "./beginnings.js";
import { decode, encode, Sheet } from "./shapes.js";

const LONGEST = 6000; // characters of a drawing in a link
const MOST_UNDO = 60;

/** @param {any} element @param {{ labels: { name: string, colour: string }[] }} options */
export function start(element, { labels }) {
  const ui = within(element.querySelector(".draw"));
  const { root, $, on, pick, fill, text, hide, disable, press, toggle, say, settled, count } = ui;
  const sheets = {
    things: new Sheet(384, ["#ffffff", "#000000"], false),
    facades: new Sheet(
      256,
      labels.map(({ colour }) => colour),
      true,
    ),
  };
  const kept = Object.fromEntries(
    Object.keys(sheets).map((name) => [name, { shapes: [], past: [], seed: 0, palette: [] }]),
  );
  const tools = { things: "pen", facades: "box" };
  const ask = connect("draw");
  let subject = "things";
  let label = 2;
  let growing = null;
  let judged = null;

  const state = () => kept[subject];
  const sheet = () => sheets[subject];
  const strength = () => Number($(".strength").value);

  // --- the sheet ---
  const paper = $(".paper");
  const pen = brush(paper, {
    ready: () => true,
    radius: () => (Number($(".radius").value) * sheet().side) / 256,
    erasing: () => tools[subject] === "eraser",
    origin: () => [paper.width / 2, paper.height / 2],
    grip: () => null,
    nudge: () => false,
    painting(stroke) {
      growing = shapeOf(stroke);
      if (growing.t !== "fill") redraw();
    },
    painted(stroke) {
      growing = null;
      change([...state().shapes, shapeOf(stroke)]);
    },
    moved: show,
  });
  const shapeOf = ({ p, r }) => ({ t: tools[subject], c: subject === "things" ? 1 : label, r, p: [...p] });

  function show() {
    const { canvas, side } = sheet();
    if (paper.width !== side) paper.width = paper.height = side;
    const ink = paper.getContext("2d");
    ink.drawImage(canvas, 0, 0);
    if (!pen?.cursor) return;
    ink.beginPath();
    ink.arc(pen.cursor[0], pen.cursor[1], Math.max(4, (Number($(".radius").value) * side) / 256), 0, 7);
    Object.assign(ink, { strokeStyle: "#d946ef", lineWidth: 2 });
    ink.stroke();
  }
  function redraw() {
    sheet().show(state().shapes, growing);
    show();
    paint();
  }
  function change(shapes) {
    const now = state();
    now.past.push(now.shapes);
    if (now.past.length > MOST_UNDO) now.past.shift();
    now.shapes = shapes;
    settle();
  }
  function settle() {
    disable(".undo", !state().past.length);
    redraw();
    link();
  }
  function link() {
    const drawn = encode(state().shapes, sheet().side);
    const values = { on: subject, s: String(strength()), c: String(state().seed) };
    write("draw", drawn.length <= LONGEST ? { ...values, d: drawn } : values);
  }

  // --- what the server paints of it ---
  const paint = latest(
    async () => {
      const wanted = { subject, strength: strength(), seed: state().seed, opinions: $(".map").checked };
      const picture = await toBlob(sheet().canvas);
      return { ...(await ask({ ask: "paint", ...wanted }, { picture })), wanted };
    },
    (answer) => {
      if (answer.wanted.subject !== subject) return;
      if (!settled(answer)) return;
      $(".made").src = answer.url;
      text(".facts", answer.facts);
      judged = answer.cells ? answer : null;
      opinions();
      disable(".download", false);
      count("painted");
    },
  );
  function opinions() {
    const canvas = $(".belief");
    canvas.hidden = !judged;
    hide(".legend", !$(".map").checked);
    text(".opinion", judged ? `The discriminator believes it by ${percent(judged.belief)}.` : "");
    if (judged) drawMap(canvas, judged, getComputedStyle(root));
  }

  // --- what is drawn, with what, in which colour ---
  async function open(name) {
    subject = name;
    root.classList.toggle("facades", name === "facades");
    press("[data-subject]", (button) => button.dataset.subject === name);
    press("[data-tool]", (button) => button.dataset.tool === tools[name]);
    const start = (title) => html`<button type="button">${title}</button>`;
    fill(".starts", Object.keys(BEGINNINGS[name]).map(start));
    judged = null;
    opinions();
    swatches();
    if (!state().shapes.length && !state().past.length) begin(Object.keys(BEGINNINGS[name])[0]);
    else settle();
    if (state().palette.length) return;
    const answer = await ask({ ask: "palette", subject: name });
    if (answer.error) return;
    kept[name].palette = answer.palette;
    if (subject === name) swatches();
  }
  const begin = (title) => change(laidOut(BEGINNINGS[subject][title], sheet().side));
  function swatches() {
    const { palette, seed } = state();
    const swatch = (colour, i) => html`<button type="button" title="${colour}" style="background:${colour}"
      aria-label="Colour ${i + 1} of ${palette.length}" aria-pressed="${seed % palette.length === i}"></button>`;
    fill(".swatches", palette.map(swatch));
  }
  function colour(seed) {
    state().seed = seed;
    swatches();
    redraw();
    link();
  }

  pick(".subject", (button) => open(button.dataset.subject));
  pick(".starts", (button) => begin(button.textContent));
  pick(".swatches", (button) => colour([...$(".swatches").children].indexOf(button)));
  toggle("tool", (name) => {
    tools[subject] = name;
  });
  toggle("label", (number) => {
    label = Number(number);
  });
  on(".strength", "input", paint);
  on(".strength", "change", link);
  on(".map", "change", paint);
  on(".clear", "click", () => change([]));
  on(".undo", "click", () => {
    if (!state().past.length) return;
    state().shapes = state().past.pop();
    settle();
  });
  on(".surprise", "click", () => {
    const titles = Object.keys(BEGINNINGS[subject]);
    state().seed = dice(Math.max(1, state().palette.length));
    swatches();
    begin(titles[dice(titles.length)]);
  });
  shares(ui);
  on(".download", "click", () => save($(".made").src, `${subject}.jpg`));
  pictureSource(ui, {
    file: ".file",
    drop: ".bench",
    async take(picture) {
      const url = URL.createObjectURL(picture);
      try {
        change([{ t: "picture", c: 0, r: 1, p: [0, 0], image: await loadImage(url) }]);
      } catch {
        say("This is no picture that the browser can open; try a JPEG, PNG or WebP file.");
      } finally {
        URL.revokeObjectURL(url);
      }
    },
  });

  const asked = names("draw") ? read("draw") : {};
  const first = asked.on in sheets ? asked.on : "things";
  $(".strength").value = String(amount(asked.s, 0, 1, 1));
  kept[first].seed = whole(asked.c, 0, 1000, 0);
  kept[first].shapes = decode(asked.d ?? "", sheets[first].side, sheets[first].colours.length);
  open(first);
}
