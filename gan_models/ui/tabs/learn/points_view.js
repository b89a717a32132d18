import { canvasOf, drag, html, placeIn } from "../../lib/dom.js";
import { range } from "../../lib/numbers.js";
import { bytes, enlarge, rgb, sharp, shorts } from "./canvas.js";
import { short } from "./chart.js";
import { Trainer } from "./trainer.js";

const EDGE = 1.25; // of the plane, from its middle
const CELLS = 40; // of the discriminator's opinion, a side
const NET = 25; // lines of the net of noise, each way
const FULL = 65534; // a frame's whole numbers across the plane
const MOST_DRAWN = 3000; // points
const STROKES = "strokes";
const REST_MS = { slow: 450, calm: 90, full: 0 };
const LOGARITHMIC = ["d_rate", "g_rate"];

/** Dots in the plane. */
export class Points extends Trainer {
  constructor(section, tab) {
    super("points", section, tab);
    const { $, on, pick } = this.ui;
    this.canvas = $(".plane");
    this.field = canvasOf(CELLS, CELLS);
    this.frame = null;
    this.real = null;
    this.drawing = [];
    this.settings = {};
    this.wishes = {}; // what was changed since the last frame
    on("[data-layer]", "change", () => this.redraw());
    on("[data-only]", "click", (_, button) => this.once({ only: button.dataset.only }));
    on(".speed", "change", (_, box) => {
      this.rest = REST_MS[box.value];
    });
    pick(".targets", (button) => this.aim(button.dataset.target));
    pick(".presets", (button) => {
      this.choose(button.dataset.preset);
      this.restartAndPlay();
    });
    pick(".cures", (button) => this.heal(this.preset.cures[Number(button.dataset.cure)]));
    on("[data-knob]", "input", (_, input) => this.turnKnob(input));
    drag(this.canvas, {
      start: (event) => this.target === STROKES && this.draw([event], true),
      move: (_, passed) => this.draw(passed),
    });
    this.choose("healthy");
    this.aim("ring");
  }

  // --- what to learn, and how ---
  choose(key) {
    const { presets, defaults } = this.tab.options;
    this.preset = presets[key];
    this.settings = { ...defaults, ...this.preset.settings, seed: this.settings.seed ?? 0 };
    this.ui.press("[data-preset]", (button) => button.dataset.preset === key);
    if (this.preset.settings.points) this.turnTo(this.preset.settings.points);
    this.ui.text(".why", this.preset.why);
    this.ui.fill(
      ".cures",
      this.preset.cures.map(
        ({ title }, i) => html`<button type="button" class="cure" data-cure="${i}">Cure: ${title}</button>`,
      ),
    );
    this.ui.text(".curewhy", "");
    this.ui.hide(".curebox", !this.preset.cures.length);
    this.showKnobs();
  }
  heal({ changes, why, fresh }) {
    Object.assign(this.settings, changes);
    this.showKnobs();
    this.ui.text(".curewhy", why);
    if (fresh) return this.restartAndPlay();
    Object.assign(this.wishes, changes);
    this.play();
  }
  aim(key) {
    this.turnTo(key);
    if (key === STROKES) this.wipe();
    else this.again();
  }
  turnTo(key) {
    this.target = key;
    const free = key === STROKES;
    this.ui.press("[data-target]", (button) => button.dataset.target === key);
    this.canvas.classList.toggle("drawing", free);
    this.ui.hide(".drawhint", !free);
  }
  showKnobs() {
    for (const input of this.ui.$$("[data-knob]")) {
      const value = this.settings[input.dataset.knob];
      if (input.type === "checkbox") input.checked = value;
      else input.value = LOGARITHMIC.includes(input.dataset.knob) ? Math.log10(value) : value;
      this.tellKnob(input);
    }
  }
  tellKnob({ type, dataset, parentElement }) {
    if (type === "range") parentElement.querySelector("output").textContent = short(this.settings[dataset.knob]);
  }
  turnKnob(input) {
    const { knob } = input.dataset;
    const number = LOGARITHMIC.includes(knob) ? 10 ** Number(input.value) : Number(input.value);
    const value = input.type === "checkbox" ? input.checked : knob === "loss" ? input.value : number;
    const changes = knob === "loss" ? { loss: value, clip: -1, penalty: -1 } : { [knob]: value }; // the loss's own ones
    Object.assign(this.settings, changes);
    Object.assign(this.wishes, changes);
    this.tellKnob(input);
  }

  // --- one's own strokes ---
  wipe() {
    this.leave();
    this.drawing = [];
    this.frame = null;
    this.redraw();
  }
  draw(events, first = false) {
    if (first && this.id) this.wipe();
    for (const event of events) {
      const [u, v] = placeIn(this.canvas, event);
      const point = [(2 * u - 1) * EDGE, (1 - 2 * v) * EDGE].map((n) => Number(n.toFixed(3)));
      if (this.drawing.length < MOST_DRAWN) this.drawing.push(point);
    }
    this.redraw();
  }

  // --- training ---
  opening() {
    this.wishes = {};
    const drawing = this.target === STROKES ? this.drawing : [];
    return { ask: "points.start", settings: { ...this.settings, points: this.target }, drawing };
  }
  question() {
    const changes = this.wishes;
    this.wishes = {};
    return { ask: "points.frame", id: this.id, steps: this.rest ? 1 : 100000, changes };
  }
  begin(answer) {
    this.real = shorts(answer.real);
    for (const chart of this.charts) chart.clear();
    this.show({ frame: answer.frame, waited: 0 });
  }
  show({ frame, waited }) {
    const [fake, warped, arrows] = [frame.fake, frame.warped, frame.arrows].map(shorts);
    this.frame = { fake, warped, arrows, field: bytes(frame.field) };
    const { covered, pieces } = frame;
    this.ui.text(".pieces-name", frame.modes ? "Clusters reached" : "Stretches reached");
    this.put(
      "covered",
      `${covered} of ${pieces}`,
      covered === pieces ? "full" : covered * 8 <= pieces * 3 ? "poor" : "",
    );
    this.ui.text(".good", `${Math.round(frame.good * 100)} %`);
    this.report(frame, waited, frame.probability ? "" : " · this critic gives scores, not probabilities");
    this.redraw();
  }

  // --- drawing, layer by layer ---
  redraw() {
    if (this.section.hidden) return;
    const { pen, width } = sharp(this.canvas);
    const colours = this.tab.palette();
    if (!this.frame) {
      const drawn = this.drawing.flatMap(([x, y]) => [x, y].map((n) => (n / EDGE / 2) * FULL));
      drawDots(pen, width, drawn, colours.real, 2.4);
      return;
    }
    const { fake, warped, arrows, field } = this.frame;
    const size = Math.max(1.6, width / 260);
    const layer = (name, alpha, draw) => {
      pen.globalAlpha = alpha;
      if (this.ui.$(`[data-layer="${name}"]`).checked) draw();
    };
    layer("field", 1, () => enlarge(pen, this.paintField(field, colours), width));
    layer("real", 0.55, () => drawDots(pen, width, this.real, colours.real, size));
    layer("warped", 0.55, () => drawNet(pen, width, warped, colours.ink));
    layer("fake", 0.85, () => drawDots(pen, width, fake, colours.fake, size));
    layer("arrows", 0.8, () => drawArrows(pen, width, arrows, colours.ink));
    pen.globalAlpha = 1;
  }
  paintField(field, { real, fake }) {
    const pen = this.field.getContext("2d");
    const picture = pen.createImageData(CELLS, CELLS);
    const [yes, no] = [rgb(real), rgb(fake)];
    field.forEach((opinion, i) => {
      const share = opinion / 255;
      const [row, column] = [CELLS - 1 - Math.floor(i / CELLS), i % CELLS]; // its rows run upwards
      picture.data.set([...(share > 0.5 ? yes : no), 130 * Math.abs(2 * share - 1)], 4 * (row * CELLS + column));
    });
    pen.putImageData(picture, 0, 0);
    return this.field;
  }
}

/** Places in the plane, in a frame's whole numbers, as places on a canvas. */
const onCanvas = (x, y, width) => [(x / FULL + 0.5) * width, (0.5 - y / FULL) * width];

function drawDots(pen, width, list, colour, size) {
  pen.fillStyle = colour;
  for (let i = 0; i < list.length; i += 2) {
    pen.beginPath();
    pen.arc(...onCanvas(list[i], list[i + 1], width), size, 0, 7);
    pen.fill();
  }
}

function drawNet(pen, width, list, colour) {
  Object.assign(pen, { strokeStyle: colour, lineWidth: 0.8 });
  const line = (place) => {
    pen.beginPath();
    for (const i of range(NET).map(place)) pen.lineTo(...onCanvas(list[2 * i], list[2 * i + 1], width));
    pen.stroke();
  };
  for (let a = 0; a < NET; a += 2) {
    line((b) => a * NET + b);
    line((b) => b * NET + a);
  }
}

function drawArrows(pen, width, list, colour) {
  Object.assign(pen, { strokeStyle: colour, lineWidth: 1.3 });
  for (let i = 0; i < list.length; i += 4) {
    const [ax, ay] = onCanvas(list[i], list[i + 1], width);
    const [bx, by] = onCanvas(list[i + 2], list[i + 3], width);
    const length = Math.hypot(bx - ax, by - ay);
    if (length < 1) continue;
    const turn = Math.atan2(by - ay, bx - ax);
    const head = Math.min(5, length / 2);
    pen.beginPath();
    pen.moveTo(ax, ay);
    pen.lineTo(bx, by);
    for (const side of [0.5, -0.5]) {
      pen.moveTo(bx, by);
      pen.lineTo(bx - head * Math.cos(turn + side), by - head * Math.sin(turn + side));
    }
    pen.stroke();
  }
}
