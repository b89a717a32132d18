// Handles on a face: a visitor pulls, and the face follows step by step.

import { brush, drawStroke } from "../../lib/brush.js";
import { canvasOf, loadImage, sleep } from "../../lib/dom.js";
import { clamp, same } from "../../lib/numbers.js";
import { toBlob } from "../../lib/picture_source.js";

const MOST = 8; // handles
const NEAR = 8; // pixels of the canvas that count as no pull at all
const REACH = 22; // pixels around a target in which it is taken up again
const BRUSH = 44;
const LOST = "It comes no nearer: no face that this network knows has that spot there.";

/**
 * @param {any} ui the tools of the tab
 * @param {any} ask
 * @param {object} hooks
 * @param {() => { key?: string }} hooks.here the model and the point that are looked at
 * @param {(key: string) => void} hooks.found goes to the face that lies on the server under a key
 */
export function openHold({ $, on, pick, text, disable, press, visible, count }, ask, { here, found }) {
  const canvas = $(".grip");
  const side = canvas.width;
  const mask = canvasOf(side, side);
  const say = (words = "") => text(".holderror", words);
  let face = null; // the picture that is shown
  let fine = null; // the same at rest, if it was made finer
  let handles = []; // { at, to }: where each is and where it shall go, in pixels
  let chosen = null; // the one that is being pulled
  let strokes = []; // what may move
  let tool = "hold";
  let key = ""; // of the face that was moved last
  let turn = 0; // the number of the newest pull; only that goes on
  let gripped = false;
  let running = false;
  let last = Promise.resolve();

  const shares = (place) => place.map((n) => clamp(n / side, 0, 1));
  const aims = () => handles.map(({ to }) => shares(to));
  const pulled = () => handles.some(({ at, to }) => Math.hypot(at[0] - to[0], at[1] - to[1]) > NEAR);

  function redraw(growing = null) {
    const pen = canvas.getContext("2d");
    pen.clearRect(0, 0, side, side);
    if (face) pen.drawImage(fine ?? face, 0, 0, side, side);
    veil(pen, growing ? [...strokes, growing] : strokes);
    for (const handle of handles) {
      pen.strokeStyle = "#fff";
      pen.lineWidth = 3;
      pen.beginPath();
      pen.moveTo(...handle.at);
      pen.lineTo(...handle.to);
      pen.stroke();
      dot(pen, handle.to, "#2563eb", handle === chosen ? 11 : 8);
      dot(pen, handle.at, "#dc2626", 8);
    }
    if (keyboard.cursor) dot(pen, keyboard.cursor, "#fff8", tool === "brush" ? BRUSH : 12);
    disable(".pull", !running && !pulled());
    text(".pull", running ? "Stop" : "Pull");
    disable(".bare", !handles.length && !strokes.length);
  }

  function dot(pen, [x, y], colour, radius) {
    Object.assign(pen, { fillStyle: colour, strokeStyle: "#fff", lineWidth: 3 });
    pen.beginPath();
    pen.arc(x, y, radius, 0, 2 * Math.PI);
    pen.fill();
    pen.stroke();
  }

  /** Darken what may not move. */
  function veil(pen, all) {
    const brushed = mask.getContext("2d");
    brushed.globalCompositeOperation = "source-over";
    brushed.clearRect(0, 0, side, side);
    for (const stroke of all) drawStroke(brushed, stroke);
    if (!all.length) return;
    const dark = canvasOf(side, side);
    const shade = dark.getContext("2d");
    shade.fillStyle = "#0006";
    shade.fillRect(0, 0, side, side);
    shade.globalCompositeOperation = "destination-out";
    shade.drawImage(mask, 0, 0);
    pen.drawImage(dark, 0, 0);
  }

  /** Lay a handle, or take up the target of one that lies there. */
  function take(place) {
    chosen = handles.find(({ to }) => Math.hypot(to[0] - place[0], to[1] - place[1]) < REACH) ?? null;
    if (chosen || handles.length === MOST) return;
    turn += 1; // what is under way knows nothing of the new one
    chosen = { at: [...place], to: [...place] };
    handles.push(chosen);
  }

  function aim(place) {
    chosen.to = place.map((n) => clamp(n, 0, side));
    redraw();
    if (pulled()) pull();
  }

  const keyboard = brush(canvas, {
    ready: () => Boolean(face),
    radius: () => (tool === "brush" ? BRUSH : 24),
    erasing: () => false,
    origin: () => [side / 2, side / 2],
    grip(place) {
      if (tool === "brush") return null;
      take(place);
      gripped = true;
      redraw();
      return (now) => chosen && aim(now);
    },
    nudge(step) {
      if (tool === "brush" || !chosen) return false;
      aim(chosen.to.map((n, i) => n + step[i]));
      return true;
    },
    painting: (stroke) => redraw(stroke),
    painted(stroke) {
      gripped = false;
      if (stroke && tool === "brush") strokes.push(stroke);
      else if (stroke && chosen)
        chosen = null; // the keyboard lets go, and may lay another
      else if (stroke) take(stroke.p);
      redraw();
    },
    moved: () => redraw(),
  });

  /** Go on, after what is under way, from the face as it is then. */
  function pull() {
    if (running) return;
    running = true;
    turn += 1;
    const mine = turn;
    say();
    last = last
      .then(() => go(mine))
      .finally(() => {
        running = false;
        redraw();
        if (mine !== turn && pulled() && gripped) pull(); // another handle was laid meanwhile
      });
  }

  async function go(mine) {
    const from = here();
    const files = strokes.length ? { mask: await toBlob(mask) } : {};
    let sent = aims();
    let answer = await ask(
      { ask: "hold", ...from, handles: handles.map(({ at }) => shares(at)), targets: sent },
      files,
    );
    if (answer.error) return say(answer.error);
    const ours = answer.key;
    const held = handles.slice(0, sent.length);
    let steps = 0;
    while (mine === turn && visible()) {
      sent = aims();
      answer = await ask({ ask: "pull", key: ours, targets: sent });
      if (answer.error) return say(answer.error);
      if (!handles.includes(held[0])) return; // taken away, or another face is shown
      face = await loadImage(answer.url);
      fine = null;
      held.forEach((handle, i) => {
        handle.at = answer.handles[i].map((n) => n * side);
      });
      steps += 1;
      count("pulls");
      redraw();
      text(".pulled", answer.arrived ? "It has arrived." : answer.over ? LOST : `${steps} steps`);
      while (answer.over && gripped && same(sent, aims()) && mine === turn) await sleep(50);
      if (answer.over && same(sent, aims())) break;
    }
    if (!steps || !same(from, here())) return;
    key = ours;
    found(key);
  }

  function bare() {
    turn += 1;
    handles = [];
    chosen = null;
    text(".pulled", "");
  }

  on(".pull", "click", () => {
    if (running) turn += 1;
    else pull();
  });
  on(".bare", "click", () => {
    bare();
    strokes = [];
    redraw();
  });
  pick(".tool", (button) => {
    tool = button.dataset.tool;
    press(".tool button", (b) => b === button);
    keyboard.hide();
  });

  return {
    /** Show the picture of another place. */
    async show({ url }) {
      if (here().key !== key || !key) bare();
      face = await loadImage(url);
      redraw();
    },
    /** Show it finer, or, with null, as it was painted; a face that moves stays as it is. */
    refine(image) {
      if (running) return;
      fine = image;
      redraw();
    },
  };
}
