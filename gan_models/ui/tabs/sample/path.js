// A path between two pictures: keep one as A, one as B, and play the frames between.

import { clamp, same } from "../../lib/numbers.js";
import * as link from "../../lib/link.js";
import { Player } from "../../lib/player.js";

const FRAME_MS = 70;
const REST = 3; // frames that each end is held

/** The frame to show so long after the start: to B and back, resting at both. */
export function frameAt(milliseconds, frames) {
  const period = 2 * (frames + REST);
  const t = (milliseconds / FRAME_MS) % period;
  return clamp(Math.floor(t < frames + REST ? t : period - t), 0, frames - 1);
}

/**
 * @param {any} ui the tools of the tab
 * @param {any} ask
 * @param {object} hooks
 * @param {() => { which: object, point: object }} hooks.here the model and the point that are looked at
 * @param {(box: any, sheet: any, k?: number) => void} hooks.put shows a frame of a sheet
 * @param {(url: string) => Promise<any>} hooks.loaded
 * @param {number} hooks.frames of a path
 */
export function openPath({ $, on, text, hide, count }, ask, { here, put, loaded, frames }) {
  const kept = { a: null, b: null };
  let film = null;
  const ends = () => ({ ...kept.a.which, a: kept.a.point, b: kept.b.point });
  const complain = (words) => text(".patherror", words);
  const failed = ({ error }) => {
    complain(error);
    return Boolean(error);
  };

  function show(k) {
    $(".mix").value = k;
    put($(".frame"), film, k);
  }

  const from = () => Number($(".mix").value) * FRAME_MS;
  const player = new Player($(".play"), (time) => show(frameAt(time, frames)), from);

  async function keep(end) {
    const mine = here();
    kept[end] = mine;
    const answer = await ask({ ask: "look", ...mine.which, point: mine.point });
    if (failed(answer)) return;
    const box = $(`[data-end="${end}"]`);
    box.replaceChildren(document.createElement("div"));
    put(box.firstChild, answer);
    box.setAttribute("aria-label", `${end.toUpperCase()}: a kept picture`);
    const other = kept[end === "a" ? "b" : "a"];
    if (!other) return;
    if (same(other.which, mine.which)) await walk();
    else complain("A and B come from different models. A path needs both from one: keep both again.");
  }

  async function walk() {
    const answer = await ask({ ask: "path", ...ends() });
    if (failed(answer)) return;
    await loaded(answer.url);
    film = { ...answer, columns: 5 };
    hide(".along", false);
    show(0);
    count("paths");
    if (!matchMedia("(prefers-reduced-motion: reduce)").matches) player.play();
  }

  on("[data-keep]", "click", (_, button) => keep(button.dataset.keep));
  on(".mix", "input", (_, slider) => {
    player.stop();
    show(Number(slider.value));
  });
  const makeFilm = ({ dataset: { film: kind } }) => ask({ ask: "film", kind, ...ends() });
  link.saves({ on, failed }, "[data-film]", makeFilm);
}
