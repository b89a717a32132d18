// The drawer of the tab: galleries of women, of men, and of anyone.

import { html, loadImage } from "../../lib/dom.js";
import { dice, range, Recent } from "../../lib/numbers.js";
import { show as showFrame } from "../../lib/sprite_sheet.js";

const SHOWN = 24;
const KEPT = 24; // sheets
const ANYONE = "anyone";
const HOLE = html`<span class="face" aria-hidden="true"></span>`;

const sortOf = ({ key }) => (key === ANYONE ? "Anyone" : /women/.test(key) ? "Women" : "Men");

/** What is left of "smiling women" where all are women. */
export function shortTitle(title) {
  const rest = title.replace(/\b(wo)?men\b/i, "").trim();
  return rest ? rest[0].toUpperCase() + rest.slice(1) : "All";
}

/**
 * @param {any} ui the tools of the tab
 * @param {any} ask
 * @param {any[]} galleries
 * @param {object} hooks
 * @param {(sheet: any) => void} hooks.shown a gallery's sheet is there
 */
export function openDrawer({ $, $$, fill, pick, press, failed }, ask, galleries, { shown }) {
  const all = [...galleries, { key: ANYONE, title: "Others" }];
  const sorts = ["Women", "Men", "Anyone"].filter((name) => all.some((g) => sortOf(g) === name));
  const sheets = new Recent(KEPT);
  let open = null;

  function chooseSort(name) {
    press(".sorts button", (b) => b.dataset.sort === name);
    const button = (g) =>
      html`<button type="button" data-kind="${g.key}" title="${g.title}">${shortTitle(g.title)}</button>`;
    fill(".kinds", all.filter((g) => sortOf(g) === name).map(button));
    choose($(".kinds button").dataset.kind);
  }

  async function sheetOf(seeds) {
    const name = seeds.join();
    if (sheets.has(name)) return sheets.get(name);
    $(".grid").classList.add("busy");
    const sheet = await ask({ ask: "faces", seeds });
    $(".grid").classList.remove("busy");
    if (failed(sheet)) return sheet;
    await loadImage(sheet.url);
    sheets.set(name, sheet);
    return sheet;
  }

  async function choose(key) {
    open = key;
    press(".kinds button", (b) => b.dataset.kind === key);
    const seeds = all.find((g) => g.key === key).seeds ?? range(SHOWN).map(() => dice(1e6));
    const sheet = await sheetOf(seeds);
    if (open !== key || sheet.error) return;
    const face = (
      seed,
      k,
    ) => html`<button type="button" draggable="true" data-seed="${seed}" data-said="${sheet.said[k]}"
      title="${sheet.said[k]}, number ${seed}"><span class="face"><i></i></span><span class="mark"></span></button>`;
    fill(".grid", [sheet.seeds.map(face), range(SHOWN - sheet.seeds.length).map(() => HOLE)]);
    $$(".grid button i").forEach((spot, k) => showFrame(spot, sheet, k));
    shown(sheet);
  }

  fill(
    ".sorts",
    sorts.map((name) => html`<button type="button" data-sort="${name}">${name}</button>`),
  );
  pick(".sorts", (button) => chooseSort(button.dataset.sort));
  pick(".kinds", (button) => choose(button.dataset.kind));
  chooseSort(sorts[0]);
}
