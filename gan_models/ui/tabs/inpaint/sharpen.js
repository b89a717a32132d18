// The answer that is looked at, made finer a moment after it came: in a large photograph the fillings are soft.

import { loadImage } from "../../lib/dom.js";
import { latest } from "../../lib/rpc.js";

/**
 * @param {(asked: any) => Promise<any>} ask
 * @param {() => any} shown the answers that are shown now
 * @param {() => void} show shows them anew
 * @returns {(which: number, request: any) => void} has one answer made finer, if it is soft
 */
export function sharpening(ask, shown, show) {
  const sharpen = latest(
    async (filled, request) => {
      if (filled !== shown()) return null;
      const answer = await ask({ ask: "sharpen", ...request });
      // What is wrong was said, or will be, of the fillings; and the visitor may have brushed on.
      return String(answer.box) === String(filled.box) ? loadImage(answer.page) : null;
    },
    (image, filled, _, which) => {
      if (!image || filled !== shown()) return;
      filled.images[which] = image;
      filled.sharp = new Set(filled.sharp).add(which);
      show();
    },
  );
  return (which, request) => {
    const filled = shown();
    if (!filled?.soft || filled.sharp?.has(which)) return;
    sharpen(filled, request, which);
  };
}
