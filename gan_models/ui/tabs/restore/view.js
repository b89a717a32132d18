// A picture, what is to become of it, and both beside each other. Each mode is a module of its own.

import { compare } from "../../lib/compare.js";
import { html, within } from "../../lib/dom.js";
import * as link from "../../lib/link.js";
import { another } from "../../lib/numbers.js";
import { pictureSource } from "../../lib/picture_source.js";
import { connectOpening } from "../../lib/rpc.js";
import { openCamera } from "../../lib/snapshot.js";
import { colouring } from "./colour.js";
import { enlarging } from "./enlarge.js";
import { uncropping } from "./uncrop.js";

const FIRST = "cat";
const CAMERA = 512; // pixels of a photo's shorter side

/**
 * What a mode is given.
 * @typedef {object} Bench
 * @property {any} ui the tools of the tab
 * @property {any} ask asks the tab's server
 * @property {() => any} picture what is open: the server's answer, with `example` if it has a name
 * @property {() => number} wish begins something new; whatever works for an older wish stops
 * @property {(mine: number) => boolean} current whether that wish is still the newest
 * @property {(others: Record<string, { title: string, url: string, alt: string }>) => void} against what the result is
 *   compared with, by name; "before" first
 * @property {(width: number, height: number) => any} sheet clears the canvas and gives its pen
 * @property {() => void} remember writes the link
 *
 * What a mode is.
 * @typedef {object} Mode
 * @property {string} done what stands at the result's end of the slider
 * @property {(values: Record<string, string>) => void} begin sets its controls to what a link says
 * @property {() => Promise<any>} show does its work on what is open, anew
 * @property {() => Record<string, any>} values for the link
 * @property {(button: any) => Promise<any>} keep downloads the result
 */

/** @param {any} element @param {{ titles: Record<string, string> }} options */
export function start(element, { titles }) {
  const ui = within(element.querySelector(".restore"));
  const { root, $, $$, on, pick, fill, text, hide, disable, press, say, settled } = ui;
  const server = connectOpening("restore");
  const after = $(".after");
  let picture = null;
  let wishes = 0;
  let mode = "enlarge";
  let others = {};
  let other = "before"; // what the visitor compares with, where there is such a thing

  /** @type {Bench} */
  const bench = {
    ui,
    ask: server.ask,
    picture: () => picture,
    wish: () => ++wishes,
    current: (mine) => mine === wishes,
    sheet(width, height) {
      Object.assign(after, { width, height });
      root.style.setProperty("--ratio", String(width / height));
      root.style.setProperty("--wide", `${width / devicePixelRatio}px`);
      return after.getContext("2d");
    },
    against(found) {
      others = found;
      const button = ([name, { title }]) =>
        html`<button type="button" data-against="${name}" aria-pressed="false">${title}</button>`;
      fill(".against", Object.entries(others).map(button));
      hide(".truths", Object.keys(others).length < 2);
      compareWith(other);
    },
    remember() {
      const name = picture.example;
      link.shareUnless(ui, name ? "" : link.OWN);
      const values = { ...(mode === "enlarge" ? {} : { mode }), example: name, ...modes[mode].values() };
      if (ui.visible()) link.write("restore", name ? values : {});
    },
  };
  /** @type {Record<string, Mode>} */
  const modes = { enlarge: enlarging(bench), colour: colouring(bench), uncrop: uncropping(bench) };

  function compareWith(which) {
    const name = which in others ? which : "before";
    const { title, url, alt } = others[name];
    press("[data-against]", (button) => button.dataset.against === name);
    Object.assign($(".before"), { src: url, alt });
    text(".other", title);
  }

  async function open(request, files = {}) {
    const mine = bench.wish();
    say();
    $(".working").classList.remove("on");
    root.dataset.state = "opening";
    text(".facts", "opening…");
    const answer = await server.open(request, files);
    if (!bench.current(mine)) return;
    text(".facts", "");
    if (!settled(answer)) return;
    picture = { ...answer, example: request.name };
    press("[data-example]", (button) => button.dataset.example === request.name);
    await modes[mode].show();
  }

  function modeIs(wanted) {
    mode = wanted;
    press("[data-mode]", (button) => button.dataset.mode === mode);
    for (const part of $$("[data-for]")) part.hidden = part.dataset.for !== mode;
    hide(".choosing", true);
    $(".working").classList.remove("on");
    text(".made", modes[mode].done);
    after.ariaLabel = `The picture, ${modes[mode].done.toLowerCase()}`;
  }

  // --- buttons ---
  const openFile = (file) => open({ ask: "open" }, { picture: file });
  const openExample = (name) => open({ ask: "example", name, mode });
  on("[data-example]", "click", (_, button) => openExample(button.dataset.example));
  on(".surprise", "click", () => openExample(another(Object.keys(titles), picture?.example)));
  pick(".modes", (button) => {
    modeIs(button.dataset.mode);
    disable(".download", true);
    if (picture && !picture.example) return modes[mode].show();
    return openExample(picture?.example ?? FIRST); // an example is another picture in every mode
  });
  pictureSource(ui, { file: ".file", drop: ".bench", take: openFile });
  openCamera(ui, openFile, { facing: "environment", side: CAMERA });
  pick(".against", (button) => {
    other = button.dataset.against;
    compareWith(other);
  });
  on(".close", "change", (_, box) => root.classList.toggle("closely", box.checked));
  on(".download", "click", (_, button) => modes[mode].keep(button));
  link.shares(ui);

  const wanted = link.read("restore");
  for (const one of Object.values(modes)) one.begin(wanted);
  modeIs(wanted.mode in modes ? wanted.mode : "enlarge");
  compare(ui, ".before", () => true)();
  openExample(wanted.example in titles ? wanted.example : FIRST);
}
