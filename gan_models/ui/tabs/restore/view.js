// A picture that the server enlarges tile by tile, from the middle outwards; the page puts the tiles together.

import { compare } from "../../lib/compare.js";
import { drag, loadImage, placeIn, within } from "../../lib/dom.js";
import * as link from "../../lib/link.js";
import { clamp, dice, range } from "../../lib/numbers.js";
import { pictureSource, toBlob } from "../../lib/picture_source.js";
import { connectOpening, latest, patiently } from "../../lib/rpc.js";
import { openCamera } from "../../lib/snapshot.js";

const FIRST = "cat";
const STRENGTH = 0.7;
const PNG_PIXELS = 4_400_000; // beyond, a download is a JPEG
const STEP = 0.05; // of an arrow key, in shares of the picture
const CAMERA = 512; // pixels of a photo's shorter side

/** The numbers of tiles [left, top, width, height], those nearest to the middle of them all first. */
export function fromTheMiddle(tiles) {
  const centre = ([x, y, w, h]) => [x + w / 2, y + h / 2];
  const [right, low] = [0, 1].map((k) => Math.max(...tiles.map((tile) => tile[k] + tile[k + 2])));
  const far = (tile) => Math.hypot(centre(tile)[0] - right / 2, centre(tile)[1] - low / 2);
  return range(tiles.length).sort((a, b) => far(tiles[a]) - far(tiles[b]));
}

/** @param {any} element @param {{ titles: Record<string, string> }} options */
export function start(element, { titles }) {
  const ui = within(element.querySelector(".restore"));
  const { root, $, on, pick, text, hide, disable, press, say, settled, count } = ui;
  const server = connectOpening("restore");
  let picture = null; // what is open: the server's answer
  let part = null; // of it, that is enlarged: the server's answer, its picture, and how much larger it becomes
  let place = { x: 0.5, y: 0.5 };
  let factor = 4;
  let wish = 0; // counts what was asked for; whatever works for an older wish stops
  let todo = []; // numbers of the tiles that are not enlarged yet
  let took = 0; // milliseconds

  const strength = () => Number($(".strength").value);
  const after = $(".after");

  // --- opening a picture, and a part of it ---
  async function open(request, files = {}) {
    const mine = ++wish;
    say();
    working(false);
    root.dataset.state = "opening";
    text(".facts", "opening…");
    const answer = await server.open(request, files);
    if (mine !== wish) return true;
    text(".facts", "");
    if (!settled(answer)) return false;
    picture = { ...answer, example: request.name };
    place = { x: 0.5, y: 0.5 };
    press("[data-example]", (button) => button.dataset.example === request.name);
    hide(".truths", !answer.truth);
    hide(".choosing", true);
    if (answer.overview) $(".overview img").src = answer.overview;
    return cut();
  }

  /** Have the part cut out that is wanted now, and enlarge it. */
  async function cut() {
    const mine = ++wish;
    const asked = { key: picture.key, ...place, factor };
    const answer = await server.ask({ ask: "cut", ...asked });
    if (mine !== wish) return true;
    if (!settled(answer)) return false;
    const image = await loadImage(answer.url);
    if (mine !== wish) return true;
    part = { ...answer, asked, image };
    const [left, top, width, height] = part.box;
    Object.assign(after, { width: width * factor, height: height * factor });
    const ink = after.getContext("2d");
    ink.imageSmoothingQuality = "high";
    ink.drawImage(image, 0, 0, after.width, after.height);
    root.style.setProperty("--ratio", String(width / height));
    root.style.setProperty("--wide", `${after.width / devicePixelRatio}px`);
    const whole = width === picture.width && height === picture.height;
    hide(".choosing", whole);
    Object.assign($(".frame").style, {
      left: `${(100 * left) / picture.width}%`,
      top: `${(100 * top) / picture.height}%`,
      width: `${(100 * width) / picture.width}%`,
      height: `${(100 * height) / picture.height}%`,
    });
    text(".sizes", `${whole ? "" : "a part, "}${width} × ${height} pixels become ${after.width} × ${after.height}`);
    against($('[data-against][aria-pressed="true"]').dataset.against);
    count("opened");
    update();
    return true;
  }

  /** What the result is compared with: the picture as it came, or as it was before it was made small. */
  function against(which) {
    const truth = which === "truth" && picture.truth;
    press("[data-against]", (button) => button.dataset.against === (truth ? "truth" : "before"));
    $(".before").src = truth || part.url;
    $(".before").alt = truth ? "The photograph that was made small" : "The picture as it came";
    text(".other", truth ? "The photograph" : "Before");
  }

  // --- enlarging ---
  function working(busy) {
    $(".working").classList.toggle("on", busy || todo.length > 0);
    text(".stop", busy ? "Stop" : "Go on");
    if (part) $(".done").value = 1 - todo.length / part.tiles.length;
  }

  const enlarge = latest(
    async (mine) => {
      const { asked, tiles } = part;
      const wanted = { ask: "enlarge", ...asked, strength: strength() };
      const current = () => mine === wish;
      while (current() && todo.length) {
        const number = todo[0];
        const answer = await patiently(() => server.ask({ ...wanted, number }), {
          wanted: current,
          waiting: (words) => text(".facts", words),
        });
        if (!current()) return null;
        if (answer.error) return answer;
        const tile = await loadImage(answer.url);
        if (!current()) return null;
        after.getContext("2d").drawImage(tile, tiles[number][0] * factor, tiles[number][1] * factor);
        todo.shift();
        took += Number(/(\d+) ms/.exec(answer.facts)?.[1] ?? 0);
        text(".facts", answer.facts.replace(/\d+ ms/, `${took} ms`));
        working(true);
      }
      return {};
    },
    (answer) => {
      if (!answer || !part) return;
      working(false);
      if (!settled(answer)) return;
      disable(".download", false);
      count("enlarged");
    },
  );

  /** Enlarge all of the part anew. */
  function update() {
    if (!part) return;
    const mine = ++wish;
    todo = fromTheMiddle(part.tiles);
    took = 0;
    disable(".download", true);
    remember();
    working(true);
    enlarge(mine);
  }

  function remember() {
    const name = picture.example;
    disable(".share", !name);
    $(".share").title = name ? "" : "Your own picture stays with you; a link cannot carry it.";
    if (ui.visible()) link.write("restore", name ? { example: name, strength: strength(), factor } : {});
  }

  function factorIs(wanted) {
    factor = wanted;
    press("[data-factor]", (button) => Number(button.dataset.factor) === factor);
  }

  // --- buttons ---
  const openFile = (file) => open({ ask: "open" }, { picture: file });
  on("[data-example]", "click", (_, button) => open({ ask: "example", name: button.dataset.example }));
  on(".surprise", "click", () => {
    const others = Object.keys(titles).filter((name) => name !== picture?.example);
    open({ ask: "example", name: others[dice(others.length)] });
  });
  pictureSource(ui, { file: ".file", drop: ".bench", take: openFile });
  openCamera(ui, openFile, { facing: "environment", side: CAMERA });
  on(".strength", "input", update);
  pick(".factor", (button) => {
    factorIs(Number(button.dataset.factor));
    if (picture) cut();
  });
  pick(".against", (button) => part && against(button.dataset.against));
  on(".close", "change", (_, box) => root.classList.toggle("closely", box.checked));
  on(".stop", "click", () => {
    const mine = ++wish;
    if ($(".stop").textContent === "Stop") return working(false);
    working(true);
    enlarge(mine);
  });
  on(".download", "click", async () => {
    const small = after.width * after.height <= PNG_PIXELS;
    const blob = await toBlob(after, small ? "image/png" : "image/jpeg", 0.95);
    link.saveBlob(blob, `${picture.example ?? "picture"}-${factor}x.${small ? "png" : "jpg"}`);
  });
  on(".share", "click", (_, button) => link.copyLink(button));

  function choose(x, y) {
    place = { x: clamp(x, 0, 1), y: clamp(y, 0, 1) };
    cut();
  }
  const point = (event) => choose(.../** @type {[number, number]} */ (placeIn($(".overview"), event)));
  drag($(".overview"), { start: () => picture !== null, move: () => {}, end: point });
  on(".overview", "keydown", (event) => {
    const [dx, dy] = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key] ?? [];
    if (dx === undefined) return;
    event.preventDefault();
    choose(place.x + dx * STEP, place.y + dy * STEP);
  });

  async function begin() {
    const wanted = link.read("restore");
    const much = Number(wanted.strength ?? STRENGTH);
    $(".strength").value = String(Number.isFinite(much) ? clamp(much, 0, 1) : STRENGTH);
    factorIs(wanted.factor === "2" ? 2 : 4);
    const parts = { box: $(".compare"), over: $(".before"), line: $(".line"), slider: $(".wipe") };
    compare({ ...parts, ready: () => true })();
    const name = wanted.example in titles ? wanted.example : FIRST;
    await open({ ask: "example", name });
  }
  begin();
}
