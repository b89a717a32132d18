import { brush } from "../../lib/brush.js";
import { canvasOf, html, loadImage, within } from "../../lib/dom.js";
import * as link from "../../lib/link.js";
import { clamp, dice, whole } from "../../lib/numbers.js";
import { pictureSource, toBlob } from "../../lib/picture_source.js";
import { connectOpening } from "../../lib/rpc.js";
import { openCamera } from "../../lib/snapshot.js";
import { History } from "../../lib/undo.js";
import { NO_FACE, openFillings, sizeOf } from "./fillings.js";
import { decode, draw, encode } from "./mask.js";
import { openSquare } from "./square.js";
import { drawVeil } from "./veil.js";

const LONGEST = 1500; // characters of strokes in a link
const FROM_THE_SIDE = `This face is seen from the side. The network learned from faces seen from the front, so expect odd
  answers.`;

export function start(element) {
  const ui = within(element.querySelector(".inpainting"));
  const { root, $, $$, on, pick, fill, text, hide, disable, press, toggle, say, settled, count } = ui;
  const [photo, veil] = [".photo", ".veil"].map($);
  const mask = canvasOf(1, 1);
  let opened = null; // what the server said of the picture
  let ops = []; // strokes and one-click masks
  const history = new History();
  let who = 0; // whose face
  let touched = false; // whether the visitor has brushed yet
  let tool = "brush";
  const server = connectOpening("inpaint");
  const { ask } = server;
  const square = openSquare(ui, veil, { moved: showVeil, settled: askForFillings });

  // --- opening ---
  /** Open a picture; `from` is its name in links, if it has one. Whether it could be opened. */
  async function open(request, files = {}, from = null) {
    say();
    root.dataset.state = "opening";
    const answer = await server.open(request, files);
    if (answer.error) return settled(answer);
    const { width, height, faces } = answer;
    opened = { ...answer, from, image: await loadImage(answer.url) };
    for (const canvas of [photo, veil, mask, ...$$(".after, .before")]) Object.assign(canvas, { width, height });
    photo.getContext("2d").drawImage(opened.image, 0, 0);
    root.style.setProperty("--ratio", String(width / height));
    ops = [];
    history.clear();
    fillings.forget();
    fillings.chosen = who = 0;
    keyboard.hide();
    square.put(faces[0] ?? { x: width / 2, y: height / 2, side: 0.8 * square.least(), angle: 0 });
    say(faces.length ? (faces[0].profile ? FROM_THE_SIDE : "") : NO_FACE);
    hide(".faces", faces.length < 2);
    const button = (_, i) => html`<button type="button" data-who="${i}" aria-pressed="${i === 0}">${i + 1}</button>`;
    fill(".who", faces.map(button));
    text(".facts", sizeOf(opened));
    redraw();
    root.dataset.state = "ready";
    count("opened");
    remember();
    return true;
  }

  const openFile = (file) => open({ ask: "open" }, { picture: file });
  const invent = (n) => open({ ask: "invent", seed: n }, {}, `f${n}`);
  const example = (n) => open({ ask: "example", number: n }, {}, `e${n}`);

  // --- the mask ---
  function redraw() {
    const pen = mask.getContext("2d");
    pen.clearRect(0, 0, mask.width, mask.height);
    for (const op of ops) draw(pen, op);
    showVeil();
    disable(".undo", history.empty);
    disable(".clear", !ops.length);
  }

  function showVeil() {
    const byHand = square.byHand();
    const squares = byHand ? [square.at] : (opened?.faces ?? []);
    drawVeil(veil, mask, { squares, who, byHand, cursor: keyboard.cursor, radius: radius() });
  }

  const radius = () =>
    (Number($(".width").value) / 200) * Math.min(square.least(), (square.at?.side ?? Infinity) * 1.4);

  function change(now) {
    touched = true;
    history.keep(ops);
    ops = now;
    redraw();
    askForFillings();
  }
  const add = (op) => change([...ops, op]);

  const keyboard = brush(veil, {
    ready: () => opened !== null,
    radius,
    erasing: () => tool === "eraser",
    origin: () => [square.at.x, square.at.y],
    grip([x, y]) {
      const [dx, dy] = [x - square.at.x, y - square.at.y];
      return square.byHand() ? (place) => square.move(place[0] - dx, place[1] - dy) : null;
    },
    nudge([dx, dy]) {
      if (square.byHand()) square.move(square.at.x + dx, square.at.y + dy);
      return square.byHand();
    },
    painting(stroke) {
      draw(mask.getContext("2d"), stroke);
      showVeil();
    },
    painted: (stroke) => (stroke ? add(stroke) : askForFillings()),
    moved: () => opened && showVeil(),
  });

  // --- asking for fillings ---
  const request = (wanted) => {
    const { x, y, side, angle } = square.at;
    const frame = square.byHand() || opened.faces.length ? { x, y, side, angle } : null; // null: there is no face
    return { key: opened.key, seeds: wanted, model: $(".model").value, frame };
  };
  const files = async () => ({ mask: await toBlob(mask) });
  const fillings = openFillings(ui, ask, { opened: () => opened, request, files, shown: remember });

  function askForFillings() {
    if (!opened) return;
    if (ops.some((op) => !op.erase)) {
      fillings.ask();
    } else {
      fillings.forget();
      text(".shares", "");
      disable(".again, .download", true);
      remember();
    }
  }

  // --- links: a face that anyone can open again, and the strokes ---
  function remember() {
    const values = {};
    if (opened?.from) {
      values.src = opened.from;
      const strokes = encode(ops, opened.width);
      if (strokes && strokes.length < LONGEST)
        Object.assign(values, { m: strokes, s: fillings.seed, v: fillings.chosen }, who && { w: who });
    }
    disable(".share", !values.src || (ops.length > 0 && !values.m));
    $(".share").title = values.src ? "" : "Your own photo stays with you; a link cannot carry it.";
    if (link.names("inpaint") || touched) link.write("inpaint", values);
  }

  async function begin() {
    const asked = link.read("inpaint");
    const [, kind, n] = /^([ef])(\d{1,10})$/.exec(asked.src ?? "") ?? [];
    const found = kind && (await (kind === "f" ? invent : example)(Number(n)));
    if (found) {
      who = opened.faces[Number(asked.w)] ? Number(asked.w) : 0;
      square.put(opened.faces[who] ?? square.at, square.byHand());
      fillings.seed = whole(asked.s, 0, 9999999999, fillings.seed);
      fillings.chosen = clamp(Number(asked.v) || 0, 0, 3);
      ops = decode(asked.m, opened.width, square.at);
    } else if (await example(0)) ops = [{ quick: "glasses", seed: 0, frame: square.at }]; // nothing asked for: somebody's glasses
    redraw();
    askForFillings();
  }

  // --- buttons ---
  toggle("tool", (name) => {
    tool = name;
  });
  on(".undo", "click", () => {
    ops = history.back() ?? ops;
    redraw();
    askForFillings();
  });
  on(".clear", "click", () => change([]));
  on("[data-quick]", "click", (_, { dataset: { quick } }) => {
    if (opened) add({ quick, seed: quick === "scribbles" ? dice(1e4) : 0, frame: square.at });
  });
  on(".byhand", "change", () => {
    const byHand = square.byHand();
    square.put((!byHand && opened?.faces[who]) || square.at, byHand);
    showVeil();
    askForFillings();
  });
  pick(".who", (button) => {
    who = Number(button.dataset.who);
    square.put(opened.faces[who]);
    press(".who button", (b) => b === button);
    showVeil();
    askForFillings();
  });
  on(".again", "click", () => {
    fillings.seed = dice(1e6);
    askForFillings();
  });
  on(".model", "change", askForFillings);
  link.saves(ui, ".download", async () => ask({ ask: "save", ...request([fillings.chosenSeed()]) }, await files()));
  link.shares(ui, remember);
  on(".invent", "click", () => invent(dice(1e6)));
  on("[data-example]", "click", (_, button) => example(Number(button.dataset.example)));
  pictureSource(ui, { file: ".file", drop: ".stage .easel", take: openFile });

  openCamera(ui, openFile);
  begin();
}
