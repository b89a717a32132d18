// The picture at rest, finer than its generator paints it: another network enlarges it a moment after it came.

import { loadImage } from "../../lib/dom.js";
import { Recent, same } from "../../lib/numbers.js";
import { latest } from "../../lib/rpc.js";

const REST_MS = 300; // after which a picture is at rest
const MOST = 12; // pictures that are kept, so that who comes back finds them sharp

/**
 * @param {any} ui the tools of the tab
 * @param {any} ask
 * @param {object} hooks
 * @param {() => object} hooks.here the model and the point that are looked at
 * @param {() => number} hooks.side of the model's pictures in pixels, or 0 where nothing is made finer
 * @param {number} hooks.factor how many times as wide they become
 * @param {(image: any) => void} hooks.shown called with the finer picture that is shown now, or null
 */
export function openSharp({ $, on, text, hide, count }, ask, { here, side, factor, shown }) {
  const kept = new Recent(MOST); // by the URL of the picture that was made finer
  let resting = null; // the URL of the picture that rests, or null while it moves
  let before = null; // what was shown last
  let refused = false; // whether the server did without, the last time it was asked
  let soon;

  const wanted = () => $(".sharpen").checked && side() > 0;

  const fetchFine = latest(
    async (request) => {
      const answer = await ask(request);
      refused = Boolean(answer.error); // then it stays soft; nothing is lost that one would have to be told of
      return refused ? null : loadImage(answer.url).catch(() => null);
    },
    (image, _, url) => {
      if (!image) return;
      kept.set(url, image);
      show();
      count("sharpened");
    },
  );

  /** Lay over the picture what belongs to it, and nothing else. */
  function show() {
    const image = (resting && wanted() && kept.get(resting)) || null;
    if (image === before) return; // a hand on a slider shows sixty frames a second
    before = image;
    $(".finer").replaceChildren(...(image ? [image] : []));
    $(".sharpness").classList.toggle("sharp", Boolean(image));
    shown(image);
  }

  function fetchSoon() {
    clearTimeout(soon);
    if (!resting || !wanted() || kept.has(resting)) return;
    const [asked, url] = [here(), resting];
    soon = setTimeout(() => same(asked, here()) && fetchFine({ ask: "sharpen", ...asked }, url), REST_MS);
  }

  on(".sharpen", "change", () => {
    show();
    fetchSoon();
  });

  return {
    /** Another model's pictures come next. */
    offer() {
      hide(".sharpness", !side());
      text(".painted", `${side()} × ${side()} pixels`);
      text(".enlarged", `, enlarged to ${factor * side()} by another network`);
    },
    /** Any other frame is in the picture. */
    moved() {
      resting = null;
      clearTimeout(soon);
      show();
    },
    /** The exact picture has come. */
    rest({ url }) {
      resting = url;
      show();
      fetchSoon();
    },
    /** Whether what is kept shall be the finer picture as well. */
    keeps: () => wanted() && !refused,
  };
}
