// What a model with style vectors can do besides: a board of mixed styles.

import { dice, range } from "../../lib/numbers.js";
import { latest } from "../../lib/rpc.js";

const GROUPS = ["coarse", "middle", "fine"];

/**
 * @param {any} ui the tools of the tab
 * @param {any} ask
 * @param {object} hooks
 * @param {() => { key?: string, point: any }} hooks.here the model and the point that are looked at
 * @param {(box: any, sheet: any, k?: number) => void} hooks.put shows a picture
 * @param {(values: object) => void} hooks.change goes elsewhere
 * @returns {() => void} to be called when another picture is shown
 */
export function openStyles({ $, on, pick, text, disable, count }, ask, { here, put, change }) {
  let others = [6004, 6014, 6025]; // seeds
  const mix = () => range(GROUPS.length).map((k) => here().point.mix?.[k] ?? null);

  const lay = latest(ask, (answer) => {
    $(".mixtures").classList.toggle("busy", Boolean(answer.error));
    if (answer.error) return;
    put($(".mixtures"), answer);
    put($(".heads"), { url: answer.heads, ink: false });
    count("boards");
  });

  function look() {
    if ($(".styled").hidden) return;
    const told = mix().flatMap((seed, k) => (seed === null ? [] : `${GROUPS[k]} from seed ${seed}`));
    text(".mixed", told.join(", "));
    disable(".unmix", !told.length);
    lay({ ask: "board", ...here(), seeds: others });
  }

  pick(".board .cells", ({ dataset: { row, column } }) =>
    change({ mix: mix().map((seed, k) => (k === Number(row) ? others[Number(column)] : seed)) }),
  );
  on(".unmix", "click", () => change({ mix: [] }));
  on(".others", "click", () => {
    others = others.map(() => dice(1e6));
    lay({ ask: "board", ...here(), seeds: others });
  });
  return look;
}
