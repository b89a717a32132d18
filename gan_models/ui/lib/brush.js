// Strokes of a brush: painted with a pointer or with the keyboard, drawn on a canvas, and written into links.

import { drag, placeIn } from "./dom.js";
import { clamp } from "./numbers.js";

/** @typedef {{ p: number[], r: number, erase?: boolean }} Stroke its places x, y, x, y, ... and its radius, in pixels */

const LEAST = 2; // pixels between two places
const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/** Draw a stroke in white, or take white away. @param {any} pen @param {Stroke} stroke */
export function drawStroke(pen, { p, r, erase }) {
  pen.globalCompositeOperation = erase ? "destination-out" : "source-over";
  Object.assign(pen, { strokeStyle: "#fff", lineCap: "round", lineJoin: "round", lineWidth: 2 * r });
  pen.beginPath();
  pen.moveTo(p[0], p[1]);
  for (let i = 2; i < p.length; i += 2) pen.lineTo(p[i], p[i + 1]);
  if (p.length === 2) pen.lineTo(p[0] + 0.01, p[1]);
  pen.stroke();
}

/** A stroke as a word for links, in thousandths of the picture's width. @param {Stroke} stroke */
export const encodeStroke = ({ p, r, erase }, width) =>
  (erase ? "e" : "l") + [r, ...p].map((n) => Math.round((n * 1000) / width)).join(".");

/** The stroke that {@link encodeStroke} wrote; null for anything else. @returns {Stroke | null} */
export function decodeStroke(word, width) {
  if (!/^[el]/.test(word)) return null;
  const [r, ...p] = word
    .slice(1)
    .split(".")
    .map((n) => (Number(n) * width) / 1000);
  if (p.length < 2 || p.length % 2 || ![r, ...p].every(Number.isFinite)) return null;
  return { erase: word[0] === "e", r: Math.max(1, r), p };
}

/**
 * Paint on a canvas.
 * @param {any} canvas
 * @param {object} hooks
 * @param {() => boolean} hooks.ready
 * @param {() => number} hooks.radius
 * @param {() => boolean} hooks.erasing
 * @param {() => [number, number]} hooks.origin where the keyboard's brush appears
 * @param {(place: [number, number]) => null | ((place: number[]) => void)} hooks.grip what a pointer at that place
 *   moves instead of painting, or null
 * @param {(step: number[]) => boolean} hooks.nudge move that with an arrow key; whether there is something to move
 * @param {(stroke: Stroke) => void} hooks.painting a stroke that grows
 * @param {(stroke: Stroke | null) => void} hooks.painted a stroke that is done; null for the end of a move
 * @param {() => void} hooks.moved the keyboard's brush moved, or is gone
 * @returns {{ readonly cursor: [number, number] | null, hide: () => void }} the keyboard's brush
 */
export function brush(canvas, hooks) {
  let stroke = null;
  let grip = null;
  let cursor = null;
  const place = (event) => {
    const [u, v] = placeIn(canvas, event);
    return /** @type {[number, number]} */ ([u * canvas.width, v * canvas.height]);
  };
  drag(canvas, {
    start(event) {
      if (!hooks.ready()) return false;
      event.preventDefault();
      canvas.focus({ preventScroll: true });
      cursor = null;
      grip = hooks.grip(place(event));
      if (grip) return true;
      stroke = { erase: hooks.erasing(), r: hooks.radius(), p: place(event) };
      hooks.painting(stroke);
      return true;
    },
    move(event, passed) {
      if (grip) return grip(place(event));
      for (const [x, y] of passed.map(place)) {
        const [lastX, lastY] = stroke.p.slice(-2);
        if (Math.hypot(x - lastX, y - lastY) > LEAST) stroke.p.push(x, y);
      }
      hooks.painting(stroke);
    },
    end() {
      hooks.painted(grip ? null : stroke);
      grip = stroke = null;
    },
  });
  canvas.addEventListener("keydown", (event) => {
    const step = STEPS[event.key];
    if (!hooks.ready() || (!step && event.key !== " ")) return;
    event.preventDefault();
    const far = Math.max(LEAST, hooks.radius() / 2);
    if (step && hooks.nudge(step.map((n) => n * far))) return hooks.painted(null);
    cursor ??= hooks.origin();
    if (!step) return hooks.painted({ erase: hooks.erasing(), r: hooks.radius(), p: [...cursor] });
    cursor = [clamp(cursor[0] + step[0] * far, 0, canvas.width), clamp(cursor[1] + step[1] * far, 0, canvas.height)];
    hooks.moved();
  });
  const hide = () => {
    cursor = null;
    hooks.moved();
  };
  canvas.addEventListener("blur", hide);
  return {
    get cursor() {
      return cursor;
    },
    hide,
  };
}
