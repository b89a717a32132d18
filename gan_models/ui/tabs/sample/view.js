import { html, loadImage, within } from "../../lib/dom.js";
import * as link from "../../lib/link.js";
import { copy, dice, percent, range, same, someAmount, TOP, whole } from "../../lib/numbers.js";
import { connectOpening, latest } from "../../lib/rpc.js";
import { show as showFrame } from "../../lib/sprite_sheet.js";
import { History } from "../../lib/undo.js";
import { openBlend } from "./blend.js";
import { openHold } from "./hold.js";
import { openInside } from "./inside.js";
import { openLooks } from "./looks.js";
import { openOwn } from "./own.js";
import { openPath } from "./path.js";
import { openSharp } from "./sharp.js";
import { FRAMES, openSliders } from "./sliders.js";
import { linkOf, readState } from "./state.js";
import { openStyles } from "./styles.js";
import { openToys, TOY } from "./toys.js";

const REST_MS = 120; // after which a picture is looked around in

export function start(element, { models, factor }) {
  const ui = within(element.querySelector(".sampling"));
  const { $, $$, on, pick, fill, text, hide, disable, press, failed, settled, count } = ui;
  let toy = null; // the GAN that a visitor opened: what the server said of it, and its name
  const server = connectOpening("sample");
  const { ask } = server;
  let state = readState(link.read("sample"), models);
  const history = new History();
  let soon;

  const about = () => (state.model === TOY ? toy : models[state.model]);
  const ordinary = () => about()?.truncation || 1; // where a model's pictures are at their best
  const which = () => {
    const key = state.model === TOY ? toy.key : state.key;
    return key ? { model: state.model, key } : { model: state.model };
  };
  const label = () => Math.min(state.label, Math.max(0, (about()?.classes ?? 0) - 1)); // another model may know fewer classes
  const point = () => {
    const { seed, truncation, amounts, walk, mix, other, share, drafts } = state;
    const blend = share ? [other, share] : null;
    return copy({ seed, label: label(), truncation, amounts, walk, mix, blend, drafts });
  };
  const here = () => ({ ...which(), point: point() });
  const loaded = (url) => loadImage(url).catch(() => null);

  const begun = () => ({ walk: [], mix: [], key: "" }); // of a face that is somebody else

  /** Show a frame of a sheet. Ink is a mask that the page tints, all else are photographs. */
  function put(box, sheet, k = 0) {
    box.classList.toggle("inked", sheet.ink);
    box.classList.toggle("photo", !sheet.ink);
    if (box.sheet !== sheet.url) box.dataset.url = sheet.url;
    showFrame(box, sheet, k);
    if (box === $(".picture")) sharp.moved();
  }

  // --- the picture and its neighbours ---
  const look = latest(ask, (answer, asked) => {
    count("answers");
    if (!settled(answer) || sliders.held()) return; // a hand on a slider knows better than an old answer
    if (!same({ ...asked, ask: undefined }, here())) return;
    put($(".picture"), answer);
    $(".picture").dataset.from = "exact";
    showOpinion(answer);
    text(".facts", answer.facts);
    dissect();
    looking();
    holding?.show(answer);
    sharp.rest(answer);
    clearTimeout(soon);
    soon = setTimeout(() => {
      if (!about().heavy) around({ ask: "neighbours", ...here() });
      mixing?.();
    }, REST_MS);
  });

  function showOpinion({ sees, reads, sure, real }) {
    const unread = reads === undefined || reads === null;
    const told = sees ? `; the classifier sees: ${sees}` : unread ? "" : `; the classifier reads ${reads}`;
    $(".picture").setAttribute("aria-label", about().picture + told);
    hide(".real", typeof real !== "number");
    if (typeof real === "number") {
      fill(".says", html`looks real: <b>${percent(real)}</b>`);
      $(".bar i").style.width = `${real * 100}%`;
    }
    if (sees) fill(".reads", html`the classifier sees <b>${sees}</b>`);
    else fill(".reads", unread ? "" : html`the judge reads <b>${reads}</b>, ${percent(sure)} sure`);
  }

  const around = latest(ask, (answer, asked) => {
    if (!same(asked.point, point())) return;
    $(".sheet").classList.toggle("busy", Boolean(answer.error));
    if (failed(answer)) return;
    put($(".sheet"), answer);
    count("around");
  });

  function update(remember = true) {
    const { model, seed, truncation, walk, key } = state;
    const isToy = model === TOY;
    $(".model").value = model;
    $(".seed").value = seed;
    $(".choosy").checked = !state.drafts;
    hide(".drafted", Boolean(key) || !about()?.drafts);
    hide(".toybox", !isToy);
    press(".pick button", (b) => Number(b.dataset.label) === label());
    disable(".undo", history.empty);
    text(".walked", walk.length ? `${walk.length} ${walk.length === 1 ? "step" : "steps"} from the seed` : "");
    const own = key ? "A link cannot carry a face of your own." : "";
    link.shareUnless(ui, isToy ? "A toy lives in its file; a link cannot carry it." : own);
    $(".even input").value = truncation;
    $(".even output").value = truncation.toFixed(2);
    blended(state, label());
    sliders.show();
    if (remember) link.write("sample", isToy || key ? {} : linkOf(state, ordinary()));
    if (!isToy || toy) look({ ask: "look", ...here() });
  }

  function change(values) {
    history.keep(state);
    Object.assign(state, values);
    update();
  }

  function build() {
    const { classes, kind, names = [], concepts, note, styles, heavy, drafts } = about();
    hide(".classes", !classes);
    text(".classes .cap", `Which ${kind}`);
    $(".pick").setAttribute("aria-label", `Which ${kind}`);
    const choice = (k) => html`<button type="button" data-label="${k}" aria-pressed="false">${names[k] ?? k}</button>`;
    fill(".pick", range(classes).map(choice));
    $(".pick").classList.toggle(
      "named",
      names.some((name) => name.length > 2),
    );
    offer(names);
    hide(".inside", !Object.keys(concepts ?? {}).length);
    for (const row of $$("[data-concept]")) row.hidden = !(row.dataset.concept in (concepts ?? {}));
    hide(".styled", !styles);
    hide(".near", Boolean(heavy));
    sharp.offer();
    text(".many", drafts);
    text(".modelnote", note);
    hide(".modelnote", !note);
    sliders.build();
  }

  const sliders = openSliders(ui, ask, {
    state: () => state,
    about,
    here,
    put,
    loaded,
    taken: () => history.keep(state),
    left() {
      history.settle(state);
      update();
    },
  });
  const dissect = openInside(ui, ask, { here, put });
  const { offer, blended } = openBlend(ui, { change, asksAlways });
  const looking = openLooks(ui, ask, { here, can: () => Boolean(about().looks) });
  const mixing = $(".styled") ? openStyles(ui, ask, { here, put, change }) : null;
  const found = (key) => change({ ...begun(), key, truncation: 1, amounts: state.amounts.map(() => 0) });
  if (mixing) openOwn(ui, ask, { put, found });
  const holding = mixing && openHold(ui, ask, { here, found });
  const sharp = openSharp(ui, ask, {
    here,
    side: () => about().sharpens ?? 0,
    factor,
    shown: (image) => holding?.refine(image),
  });
  openPath(ui, ask, { here: () => ({ which: which(), point: point() }), put, loaded, frames: FRAMES });

  function enter(model) {
    if (model === TOY && !toy) return hide(".toybox", false); // until a file is open, the last picture stays
    history.keep(state);
    sliders.forget();
    state = { ...state, model, ...begun(), other: null, share: 0 };
    Object.assign(state, { amounts: about().sliders.map(() => 0), truncation: ordinary() });
    const { names, label: first = state.label } = about();
    if (names?.length) state.label = first; // else the same digit by another model
    build();
    update();
  }

  on(".model", "change", (_, box) => enter(box.value));

  // --- buttons ---
  /** A slider that is no direction asks for every picture, the newest first; a drag is one step for Undo. */
  function asksAlways(selector, turned) {
    let moving = false;
    on(selector, "input", (_, slider) => {
      if (!moving) history.keep(state);
      moving = true;
      Object.assign(state, turned(Number(slider.value)));
      update();
    });
    on(selector, "change", () => {
      moving = false;
    });
  }
  asksAlways(".even input", (truncation) => ({ truncation }));
  pick(".pick", ({ dataset }) => {
    const chosen = Number(dataset.label);
    change(chosen === state.other ? { label: chosen, other: null, share: 0 } : { label: chosen });
  });
  pick(".cells", (cell) => change({ walk: [...state.walk, Number(cell.dataset.step)] }));
  on(".seed", "change", (_, box) => change({ seed: whole(box.value, 0, TOP, state.seed), ...begun() }));
  on(".choosy", "change", (_, box) => change({ drafts: box.checked ? 0 : 1 }));
  on(".surprise", "click", () =>
    change({
      seed: dice(1e6),
      ...begun(),
      amounts: state.amounts.map((a, i) => (sliders.locked(i) ? a : someAmount(0.5))),
    }),
  );
  on(".reset", "click", () =>
    change({ truncation: ordinary(), amounts: state.amounts.map((a, i) => (sliders.locked(i) ? a : 0)) }),
  );
  on(".undo", "click", () => {
    const before = history.back();
    if (!before) return;
    const other = before.model !== state.model || before.amounts.length !== about().sliders.length;
    state = before;
    const { length } = about().sliders;
    state.amounts = range(length).map((i) => (state.amounts.length === length ? state.amounts[i] : 0));
    if (other) {
      sliders.forget();
      build();
    }
    update();
  });
  link.saves(ui, ".download", () => ask({ ask: "page", ...here(), sharpened: sharp.keeps() }));
  link.shares(ui);

  build();
  update(link.names("sample"));
  openToys(ui, server, (opened) => {
    toy = opened;
    enter(TOY);
  });
}
