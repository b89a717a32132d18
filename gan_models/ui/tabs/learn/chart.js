// Curves over time.

import { html } from "../../lib/dom.js";
import { range as upTo } from "../../lib/numbers.js";
import { sharp } from "./canvas.js";

const MOST = 400; // moments: when full, every second one goes

/** A number with as many digits as are worth reading. */
export function short(value) {
  if (value === null || value === undefined) return "–";
  const size = Math.abs(value);
  if (size >= 1e4 || (size > 0 && size < 1e-3)) return value.toExponential(1);
  return value.toFixed(size >= 100 ? 0 : size >= 10 ? 1 : size >= 0.1 ? 2 : 3);
}

/** Where the lines of a logarithmic chart stand, as powers of ten: each, or every second one of many. */
export const decades = (low, high) =>
  upTo(15)
    .map((i) => i - 8)
    .filter((power) => power >= low && power <= high && (high - low < 4 || power % 2 === 0));

/** A power of ten as it is written beside its line. */
export function powerOfTen(power) {
  if (Math.abs(power) >= 4) return `1e${power}`;
  return power < 0 ? (10 ** power).toFixed(-power) : String(10 ** power);
}

export class Chart {
  /**
   * @param {any} host
   * @param {() => any} palette
   * @param {{ title: string, curves: [string, string, string][], log?: boolean }} what each curve has a key in a frame,
   *   a name and a class: d is drawn in the colour of what is real, g in that of what is generated
   */
  constructor(host, palette, { title, curves, log = false }) {
    this.palette = palette;
    this.curves = curves;
    this.log = log;
    this.moments = [];
    const box = Object.assign(document.createElement("div"), { className: "chart" });
    box.innerHTML = String(html`<h5>${title}</h5><p></p><canvas role="img" aria-label="Curves of ${title}"></canvas>`);
    host.append(box);
    this.legend = box.children[1];
    this.canvas = box.children[2];
  }
  hide(hidden) {
    this.canvas.parentElement.hidden = hidden;
  }
  clear() {
    this.moments = [];
    this.draw();
  }
  add(frame) {
    const values = this.curves.map(([key]) => frame[key]);
    if (values.every((v) => v === null || v === undefined)) return;
    const last = this.moments.at(-1);
    if (last && frame.step <= last[0]) this.moments.pop();
    this.moments.push([frame.step, ...values]);
    if (this.moments.length > MOST) this.moments = this.moments.filter((_, i) => i % 2 || i === 0);
    this.draw();
  }
  draw() {
    const { pen, width, height } = sharp(this.canvas);
    const { moments, log } = this;
    const last = moments.at(-1);
    const said = this.curves.map(
      ([, name, kind], i) => html`<span class="${kind}">${name} </span>${short(last?.[i + 1])}   `,
    );
    this.legend.innerHTML = String(html`${said}`);
    if (moments.length < 2) return;
    const place = (v) => (v === null || v === undefined ? null : log ? Math.log10(Math.max(v, 1e-9)) : v);
    const all = moments
      .flatMap((moment) => moment.slice(1))
      .map(place)
      .filter((v) => v !== null);
    let [low, high] = [Math.min(...all), Math.max(...all)];
    if (high - low < (log ? 1 : 1e-3)) [low, high] = [(low + high - 1) / 2, (low + high + 1) / 2];
    const x = (step) => 2 + ((width - 4) * (step - moments[0][0])) / Math.max(1, last[0] - moments[0][0]);
    const y = (v) => height - 5 - ((height - 10) * (v - low)) / (high - low);
    const colours = this.palette();
    Object.assign(pen, { strokeStyle: colours.line, lineWidth: 1, fillStyle: colours.muted });
    pen.font = "10px ui-sans-serif, system-ui, sans-serif";
    for (const mark of log ? decades(low, high) : [low, (low + high) / 2, high]) {
      pen.beginPath();
      pen.moveTo(0, y(mark));
      pen.lineTo(width, y(mark));
      pen.stroke();
      pen.fillText(log ? powerOfTen(mark) : short(mark), 2, Math.max(9, y(mark) - 2));
    }
    this.curves.forEach(([, , kind], i) => {
      Object.assign(pen, { strokeStyle: kind === "d" ? colours.real : colours.fake, lineWidth: 1.6 });
      pen.beginPath();
      for (const moment of moments) {
        const v = place(moment[i + 1]);
        if (v !== null) pen.lineTo(x(moment[0]), Math.min(height, Math.max(0, y(v))));
      }
      pen.stroke();
    });
  }
}

/** @type {any} */
const NAMING = {
  title: "How surely it names them",
  curves: [
    ["named_real", "real", "d"],
    ["named_fake", "generated", "g"],
  ],
};

/** The fourth chart, where a discriminator also names what it sees. */
export const namingChart = (host, palette) => new Chart(host, palette, NAMING);

export const threeCharts = (host, palette) =>
  [
    {
      title: "Losses",
      curves: [
        ["d_loss", "D", "d"],
        ["g_loss", "G", "g"],
      ],
    },
    {
      title: "How real it finds them",
      curves: [
        ["d_real", "D(x)", "d"],
        ["d_fake", "D(G(z))", "g"],
      ],
    },
    {
      title: "Length of the gradients",
      curves: [
        ["d_norm", "D", "d"],
        ["g_norm", "G", "g"],
      ],
      log: true,
    },
  ].map((what) => new Chart(host, palette, /** @type {any} */ (what)));
