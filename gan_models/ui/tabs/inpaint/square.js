// The square that the network sees: on a face that was found, or where a visitor puts it.

import { clamp } from "../../lib/numbers.js";

/**
 * @param {any} ui the tools of the tab
 * @param {any} veil the canvas that it is shown on
 * @param {object} hooks
 * @param {() => void} hooks.moved
 * @param {() => void} hooks.settled its slider was let go of
 */
export function openSquare({ $, on, hide }, veil, { moved, settled }) {
  const square = {
    /** @type {any} its middle, its side, and its angle: pixels and radians; null before a picture is open */
    at: null,
    byHand: () => $(".byhand").checked,
    /** The picture's shorter side. */
    least: () => Math.min(veil.width, veil.height),
    put(at, byHand = false) {
      square.at = at;
      $(".byhand").checked = byHand;
      hide(".turnsize", !byHand);
      if (!at) return;
      $(".side").value = (100 * at.side) / square.least();
      $(".angle").value = (at.angle * 180) / Math.PI;
    },
    move: (x, y) => change({ x: clamp(x, 0, veil.width), y: clamp(y, 0, veil.height) }),
  };
  function change(values) {
    square.at = { ...square.at, ...values };
    moved();
  }
  on(".side", "input", (_, { value }) => change({ side: Math.max(12, (Number(value) / 100) * square.least()) }));
  on(".angle", "input", (_, { value }) => change({ angle: (Number(value) * Math.PI) / 180 }));
  on(".side, .angle", "change", settled);
  return square;
}
