import { html, loadImage, within } from "../../lib/dom.js";
import * as link from "../../lib/link.js";
import { copy, dice, percent, range, Recent, same, TOP, whole } from "../../lib/numbers.js";
import { connect, latest } from "../../lib/rpc.js";
import * as sprite from "../../lib/sprite_sheet.js";
import { Strips, stripSlider } from "../../lib/strip_slider.js";
import { History } from "../../lib/undo.js";
import { openDrawer } from "./gallery.js";
import { opinion, place } from "./markup.js";
import { faces, fromLink, MOST, NAMES, sameFaces, surprise, toLink } from "./state.js";

const KNOWN = 400; // faces whose pictures are remembered

/** Have a sheet's picture ready to be shown and drawn. */
async function ready(sheet) {
  sheet.bitmap = await createImageBitmap(await loadImage(sheet.url));
  return sheet;
}

export function start(element) {
  const ui = within(element.querySelector(".arithmetic"));
  const { root, $, $$, on, pick, fill, text, disable, press, say, failed, settled, count } = ui;
  const ask = connect("arithmetic");
  // The state is small and plain, so undo keeps whole copies of it: seeds of three columns, strength, seed of the noise.
  let state = { a: [], b: [], c: [], strength: 1, seed: 0 };
  const history = new History();
  const known = new Recent(KNOWN); // seed -> its sheet, its place there, and what the classifier calls it
  const strips = new Strips(4);
  let target = "a"; // the column that faces are added to
  let presets = [];
  let galleries = [];
  let example = null; // the preset that Reset goes back to
  let held = false; // a hand is on the slider
  const result = $(".result canvas");
  const onPixels = $(".onpixels canvas");
  const column = (name) => $(`[data-column="${name}"]`);

  function sayOpinions(said) {
    for (const of of ["latent", "pixels"]) fill(`[data-of="${of}"]`, opinion(said[of]));
    const points = said.latent.points.map(([words, share]) => `${words} ${percent(share)}`);
    $(".result").setAttribute("aria-label", `The result. ${points.join(", ")}`);
  }

  // --- the equation ---
  function remember(seed, { url, columns, rows }, k, said = "") {
    known.set(seed, { sheet: { url, columns, rows }, k, said }); // not the bitmap, which is large
  }

  function showColumns() {
    for (const name of NAMES) {
      const picks = column(name).querySelector(".picks");
      const focus = [...picks.children].indexOf(document.activeElement);
      const seeds = state[name];
      column(name).classList.toggle("active", target === name);
      const places = range(MOST).map((k) => {
        const said = known.get(seeds[k])?.said || "face";
        return place(name.toUpperCase(), seeds[k], said, seeds.length === 1);
      });
      picks.innerHTML = String(html`${places}`);
      picks.querySelectorAll("[data-seed] i").forEach((spot, k) => {
        const found = known.get(seeds[k]);
        if (found) sprite.show(spot, found.sheet, found.k);
      });
      picks.children[focus]?.focus();
    }
    press(".target button", (b) => b.dataset.target === target);
    showMarks();
  }

  /** In the drawer, the columns that a face is in already. */
  function showMarks() {
    for (const button of $$(".grid button")) {
      const { seed, said } = button.dataset;
      const columns = NAMES.filter((name) => state[name].includes(Number(seed)));
      const where = columns.join("").toUpperCase();
      button.querySelector(".mark").textContent = where;
      const label = `Add ${said}, number ${seed}, to column ${target.toUpperCase()}`;
      button.setAttribute("aria-label", label + (where && `; it is in ${where}`));
    }
  }

  const work = latest(ask, async (answer, asked) => {
    if (!answer.error && (await ready(answer)) && !held && same(asked.sum, state)) show(answer);
    settled(answer);
    count("answers");
  });

  /** The sheet has the chosen faces, three averages, three averages of pixels, both results, nine neighbours. */
  function show(sheet) {
    const seeds = NAMES.flatMap((name) => state[name]);
    const n = seeds.length;
    seeds.forEach((seed, k) => known.has(seed) || remember(seed, sheet, k));
    showColumns();
    NAMES.forEach((name, k) => {
      const said = column(name).querySelector(".said");
      said.textContent = said.title = sheet.said[k];
      sprite.show(column(name).querySelector(".mean i"), sheet, n + k);
      sprite.show($(`[data-blend="${k}"] i`), sheet, n + 3 + k);
    });
    $$(".around i").forEach((spot, k) => sprite.show(spot, sheet, n + 8 + k));
    showResult(sheet, n + 6, n + 7, sheet, "exact");
    text(".facts", sheet.facts);
  }

  function showResult(sheet, k, pixels, said, from) {
    sprite.draw(result, sheet, k);
    sprite.draw(onPixels, sheet, pixels);
    Object.assign($(".result").dataset, { k, from });
    sayOpinions(said);
  }

  function showStrength() {
    $(".amount").value = state.strength;
    $(".strength output").value = state.strength.toFixed(1);
  }

  function update(remember = true) {
    showStrength();
    disable(".undo", history.empty);
    press(".presets button", (_, i) => sameFaces(presets[i], state));
    showColumns();
    if (remember) {
      link.write("arithmetic", toLink(state));
    }
    work({ ask: "sum", sum: copy(state) });
  }

  function change(values) {
    history.keep(state);
    Object.assign(state, copy(values));
    update();
  }

  function add(seed, name = target) {
    if (!state[name].includes(seed)) change({ [name]: [...state[name], seed].slice(-MOST) }); // a full column lets go of its oldest
  }

  function remove(seed, name) {
    if (state[name].length > 1) change({ [name]: state[name].filter((s) => s !== seed) });
  }

  function aim(name) {
    target = name;
    showColumns();
  }

  // --- strength ---
  const stripKey = () => JSON.stringify(faces(state));

  async function fetchStrip() {
    if (!state.a.length) return;
    const came = await strips.load(stripKey(), async () => {
      const answer = await ask({ ask: "strip", sum: copy(state) });
      return failed(answer) ? null : ready(answer);
    });
    if (came && held) leaf();
  }

  function leaf() {
    const strip = strips.get(stripKey());
    if (!strip) return;
    const k = Math.round(state.strength * 10);
    showResult(strip, k, strip.frames.length + k, strip.frames[k], "strip");
  }

  stripSlider($(".amount"), {
    near: fetchStrip,
    touch() {
      history.keep(state);
      held = true;
      fetchStrip();
    },
    move(value) {
      state.strength = value;
      showStrength();
      leaf();
    },
    release() {
      held = false;
      history.settle(state);
      update();
    },
  });

  // --- buttons ---
  function addOwn() {
    const seed = whole($(".number").value.trim(), 0, TOP, null);
    say(seed === null ? "A face's number is a whole number from 0 to 2,147,483,647." : "");
    if (seed !== null) add(seed);
  }

  on(".add", "click", addOwn);
  on(".number", "keydown", (event) => event.key === "Enter" && addOwn());
  on(".anyone", "click", () => add(dice(1e6)));
  on(".again", "click", () => change({ seed: 1 + dice(1e6) }));
  on(".surprise", "click", () => change({ ...surprise(presets[dice(presets.length)], galleries), strength: 1 }));
  on(".reset", "click", () => change({ ...faces(example ?? presets[0]), strength: 1, seed: 0 }));
  on(".undo", "click", () => {
    state = history.back() ?? state;
    update();
  });
  link.saves(ui, ".download", () => ask({ ask: "page", sum: copy(state) }));
  link.shares(ui);
  pick(".presets", (button) => {
    example = presets[Number(button.dataset.preset)];
    change({ ...faces(example), strength: 1, seed: 0 });
  });
  pick(".grid", (button) => add(Number(button.dataset.seed)));
  pick(".target", (button) => aim(button.dataset.target));
  on(".column", "click", (event, box) => {
    const button = event.target.closest("button");
    aim(box.dataset.column);
    if (button?.dataset.seed) remove(Number(button.dataset.seed), target);
    else if (button) $(".drawer").scrollIntoView({ block: "nearest", behavior: "smooth" });
  });
  root.addEventListener("dragstart", (event) => {
    const face = event.target.closest?.("[data-seed]");
    if (face) event.dataTransfer.setData("text/plain", face.dataset.seed);
  });
  on(".column", "dragover dragleave drop", (event, box) => {
    if (event.type !== "dragleave") event.preventDefault();
    box.classList.toggle("over", event.type === "dragover");
    if (event.type !== "drop") return;
    const seed = whole(event.dataTransfer.getData("text/plain"), 0, TOP, null);
    target = box.dataset.column;
    if (seed !== null) add(seed);
  });

  async function begin() {
    const answer = await ask({ ask: "start" });
    if (answer.error) return settled(answer);
    ({ presets, galleries } = answer);
    const preset = (p, i) => html`<button type="button" data-preset="${i}" title="${p.of}">${p.title}</button>`;
    fill(".presets", presets.map(preset));
    state = fromLink(link.read("arithmetic"), presets[0] ?? { a: [1], b: [2], c: [3] });
    example = presets.find((p) => sameFaces(p, state)) ?? null;
    update(link.names("arithmetic"));
    openDrawer(ui, ask, galleries, {
      shown(sheet) {
        sheet.seeds.forEach((seed, k) => remember(seed, sheet, k, sheet.said[k]));
        showColumns();
      },
    });
  }
  begin();
}
