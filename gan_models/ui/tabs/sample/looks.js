// Where attention looked: the page has a map for each place of the picture, so a pointer is followed without asking.

import { canvasOf, loadImage, placeIn } from "../../lib/dom.js";
import { clamp } from "../../lib/numbers.js";
import { latest } from "../../lib/rpc.js";

const SIDE = 16; // places of a side
const DARK = 200; // how opaque the veil is where nobody looked, of 255
const LARGE = 512; // pixels of the canvas
const REST_MS = 120; // after which a picture's maps are asked for
const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/**
 * How much each place of a map counts for, 0 to 1, of a sheet of maps as the server sends it.
 * @param {{ data: Uint8ClampedArray }} sheet SIDE * SIDE pixels square
 * @param {[number, number]} place the column and the row whose map is wanted
 * @returns {number[]}
 */
export function mapOf({ data }, [column, row]) {
  const value = (x, y) => data[4 * ((row * SIDE + y) * SIDE * SIDE + column * SIDE + x)] / 255;
  return Array.from({ length: SIDE * SIDE }, (_, k) => value(k % SIDE, Math.floor(k / SIDE)));
}

/** How many places, the strongest first, make up half of a map. */
export function halfOf(map) {
  const strongest = [...map].sort((a, b) => b - a);
  let rest = map.reduce((sum, value) => sum + value, 0) / 2;
  let count = 0;
  while (rest > 1e-6) rest -= strongest[count++];
  return count;
}

/**
 * @param {any} ui the tools of the tab
 * @param {any} ask
 * @param {object} hooks
 * @param {() => object} hooks.here the model and the point that are looked at
 * @param {() => boolean} hooks.can whether that model has attention
 * @returns {() => void} to be called when another picture is shown
 */
export function openLooks({ $, on, text, hide, count }, ask, { here, can }) {
  const canvas = $(".gaze");
  const veil = canvasOf(SIDE, SIDE);
  const told = $(".looked").dataset.hint;
  canvas.width = canvas.height = LARGE;
  let sheet = null; // the maps of the picture that is shown
  let kept = null; // the place that was clicked
  let shown = null; // the place whose map is drawn
  let soon;

  const fetchMaps = latest(ask, async (answer) => {
    if (answer.error) return; // the picture's own answer says why
    const image = await loadImage(answer.url);
    const pen = canvasOf(image.width, image.height).getContext("2d", { willReadFrequently: true });
    pen.drawImage(image, 0, 0);
    sheet = pen.getImageData(0, 0, image.width, image.height);
    draw();
    count("looks");
  });

  function draw() {
    const pen = canvas.getContext("2d");
    pen.clearRect(0, 0, LARGE, LARGE);
    canvas.dataset.place = shown ? shown.join(",") : "";
    if (!shown || !sheet) return text(".looked", told);
    const map = mapOf(sheet, shown);
    const dark = new ImageData(SIDE, SIDE);
    map.forEach((value, k) => dark.data.set([8, 8, 14, DARK * (1 - Math.sqrt(value))], 4 * k));
    veil.getContext("2d").putImageData(dark, 0, 0);
    pen.imageSmoothingEnabled = false;
    pen.drawImage(veil, 0, 0, LARGE, LARGE);
    mark(pen, shown);
    text(".looked", `${told} Half of what it took came from ${halfOf(map)} of the ${SIDE * SIDE} cells.`);
  }

  /** A ring around the place that is asked about. */
  function mark(pen, [column, row]) {
    const cell = LARGE / SIDE;
    const ring = (width, colour) => {
      Object.assign(pen, { lineWidth: width, strokeStyle: colour });
      pen.strokeRect(column * cell, row * cell, cell, cell);
    };
    ring(9, "#000");
    ring(4, "#fff");
  }

  function show(place) {
    if (String(place) === String(shown)) return;
    shown = place;
    draw();
  }

  const under = (event) => placeIn(canvas, event).map((share) => clamp(Math.floor(share * SIDE), 0, SIDE - 1));

  on(".gaze", "pointermove", (event) => event.pointerType === "mouse" && show(under(event)));
  on(".gaze", "pointerleave", () => show(kept));
  on(".gaze", "click", (event) => {
    const place = under(event);
    kept = String(place) === String(kept) ? null : place;
    show(kept);
  });
  on(".gaze", "keydown", (event) => {
    if (event.key === "Escape") kept = null;
    else if (event.key in STEPS) {
      const [right, down] = STEPS[event.key];
      const [column, row] = kept ?? [SIDE / 2, SIDE / 2];
      kept = [clamp(column + right, 0, SIDE - 1), clamp(row + down, 0, SIDE - 1)];
    } else return;
    event.preventDefault();
    show(kept);
  });

  return () => {
    const able = can();
    hide(".gaze, .looked", !able);
    clearTimeout(soon);
    if (able) soon = setTimeout(() => fetchMaps({ ask: "looks", ...here() }), REST_MS);
    else kept = shown = sheet = null;
  };
}
