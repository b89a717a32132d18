// A picture that the server enlarges tile by tile, from the middle outwards; the page puts the tiles together.

import { drag, loadImage, placeIn } from "../../lib/dom.js";
import { saveBlob } from "../../lib/link.js";
import { amount, clamp, range } from "../../lib/numbers.js";
import { toBlob } from "../../lib/picture_source.js";
import { latest, patiently } from "../../lib/rpc.js";

const STRENGTH = 0.9;
const PNG_PIXELS = 4_400_000; // beyond, a download is a JPEG
const STEP = 0.05; // of an arrow key, in shares of the picture

/** The numbers of tiles [left, top, width, height], those nearest to the middle of them all first. */
export function fromTheMiddle(tiles) {
  const centre = ([x, y, w, h]) => [x + w / 2, y + h / 2];
  const [right, low] = [0, 1].map((k) => Math.max(...tiles.map((tile) => tile[k] + tile[k + 2])));
  const far = (tile) => Math.hypot(centre(tile)[0] - right / 2, centre(tile)[1] - low / 2);
  return range(tiles.length).sort((a, b) => far(tiles[a]) - far(tiles[b]));
}

/** @param {import("./view.js").Bench} bench @returns {import("./view.js").Mode} */
export function enlarging({ ui, ask, picture, wish, current, against, sheet, remember }) {
  const { $, on, pick, text, hide, disable, press, settled, count } = ui;
  let part = null; // of the picture, that is enlarged: the server's answer, its picture, and how much larger it becomes
  let key = ""; // of the picture that the part is of
  let place = { x: 0.5, y: 0.5 };
  let factor = 4;
  let todo = []; // numbers of the tiles that are not enlarged yet
  let took = 0; // milliseconds

  const strength = () => Number($(".strength").value);
  const after = $(".after");

  /** Have the part cut out that is wanted now, and enlarge it. */
  async function show() {
    const mine = wish();
    const { overview, truth } = picture();
    if (picture().key !== key) place = { x: 0.5, y: 0.5 };
    key = picture().key;
    hide(".choosing", true);
    if (overview) $(".overview img").src = overview;
    const asked = { key, ...place, factor };
    const answer = await ask({ ask: "cut", ...asked });
    if (!current(mine) || !settled(answer)) return;
    const image = await loadImage(answer.url);
    if (!current(mine)) return;
    part = { ...answer, asked, image };
    const [left, top, width, height] = part.box;
    const ink = sheet(width * factor, height * factor);
    ink.imageSmoothingQuality = "high";
    ink.drawImage(image, 0, 0, after.width, after.height);
    const whole = width === picture().width && height === picture().height;
    hide(".choosing", whole);
    Object.assign($(".frame").style, {
      left: `${(100 * left) / picture().width}%`,
      top: `${(100 * top) / picture().height}%`,
      width: `${(100 * width) / picture().width}%`,
      height: `${(100 * height) / picture().height}%`,
    });
    text(".sizes", `${whole ? "" : "a part, "}${width} × ${height} pixels become ${after.width} × ${after.height}`);
    against({
      before: { title: "Before", url: part.url, alt: "The picture as it came" },
      ...(truth && { truth: { title: "The photograph", url: truth, alt: "The photograph that was made small" } }),
    });
    count("opened");
    update();
  }

  function working(busy) {
    $(".working").classList.toggle("on", busy || todo.length > 0);
    text(".stop", busy ? "Stop" : "Go on");
    if (part) $(".done").value = 1 - todo.length / part.tiles.length;
  }

  const enlarge = latest(
    async (mine) => {
      const { asked, tiles } = part;
      const wanted = { ask: "enlarge", ...asked, strength: strength() };
      while (current(mine) && todo.length) {
        const number = todo[0];
        const answer = await patiently(() => ask({ ...wanted, number }), {
          wanted: () => current(mine),
          waiting: (words) => text(".facts", words),
        });
        if (!current(mine)) return null;
        if (answer.error) return answer;
        const tile = await loadImage(answer.url);
        if (!current(mine)) return null;
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
    const mine = wish();
    todo = fromTheMiddle(part.tiles);
    took = 0;
    disable(".download", true);
    remember();
    working(true);
    enlarge(mine);
  }

  function factorIs(wanted) {
    factor = wanted;
    press("[data-factor]", (button) => Number(button.dataset.factor) === factor);
  }

  function choose(x, y) {
    place = { x: clamp(x, 0, 1), y: clamp(y, 0, 1) };
    show();
  }

  on(".strength", "input", update);
  pick(".factor", (button) => {
    factorIs(Number(button.dataset.factor));
    if (picture()) show();
  });
  on(".stop", "click", () => {
    const mine = wish();
    if ($(".stop").textContent === "Stop") return working(false);
    working(true);
    enlarge(mine);
  });
  const point = (event) => choose(.../** @type {[number, number]} */ (placeIn($(".overview"), event)));
  drag($(".overview"), { start: () => picture() !== null, move: () => {}, end: point });
  on(".overview", "keydown", (event) => {
    const [dx, dy] = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key] ?? [];
    if (dx === undefined) return;
    event.preventDefault();
    choose(place.x + dx * STEP, place.y + dy * STEP);
  });

  return {
    done: "Enlarged",
    begin(values) {
      $(".strength").value = String(amount(values.strength, 0, 1, STRENGTH));
      factorIs(values.factor === "2" ? 2 : 4);
    },
    show,
    values: () => ({ strength: strength(), factor }),
    async keep() {
      const small = after.width * after.height <= PNG_PIXELS;
      const blob = await toBlob(after, small ? "image/png" : "image/jpeg", 0.95);
      saveBlob(blob, `${picture().example ?? "picture"}-${factor}x.${small ? "png" : "jpg"}`);
    },
  };
}
