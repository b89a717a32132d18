// What may lie beyond a picture's edges.

import { canvasOf, loadImage } from "../../lib/dom.js";
import { save } from "../../lib/link.js";
import { amount, dice, TOP, whole } from "../../lib/numbers.js";
import { latest } from "../../lib/rpc.js";

const SHARE = 0.25;

/** @param {import("./view.js").Bench} bench @returns {import("./view.js").Mode} */
export function uncropping({ ui, ask, picture, wish, current, against, sheet, remember }) {
  const { $, on, pick, text, disable, press, failed, settled, count } = ui;
  let sides = "wider";
  let seed = 0;

  const request = () => ({ key: picture().key, sides, share: Number($(".share-of").value), seed });

  /** The picture where it lies in the result, with nothing around it. */
  function alone(image, [left, top, width, height]) {
    const canvas = canvasOf(image.width, image.height);
    const pen = canvas.getContext("2d");
    pen.fillStyle = "#b5b0a8";
    pen.fillRect(0, 0, canvas.width, canvas.height);
    pen.drawImage(image, left, top, width, height, left, top, width, height);
    return canvas.toDataURL();
  }

  const uncrop = latest(
    async (mine, asked) => {
      const answer = await ask({ ask: "uncrop", ...asked });
      return { mine, answer, image: answer.url && (await loadImage(answer.url)) };
    },
    ({ mine, answer, image }) => {
      if (!current(mine) || !settled(answer)) return;
      sheet(image.width, image.height).drawImage(image, 0, 0);
      const { width, height, truth } = picture();
      const exact = sides === "wider" && request().share === SHARE;
      against({
        before: { title: "Before", url: alone(image, answer.box), alt: "The picture as it came" },
        mirrored: { title: "Only mirrored", url: answer.mirrored, alt: "The picture, mirrored at its edges" },
        painted: { title: "Only painted", url: answer.painted, alt: "The picture, and what the network painted" },
        ...(truth && exact && { truth: { title: "The photograph", url: truth, alt: "The photograph that was cut" } }),
      });
      const grown = [image.width / answer.box[2], image.height / answer.box[3]];
      const [wide, tall] = [width, height].map((side, n) => Math.round(side * grown[n]));
      text(".sizes", `${width} × ${height} pixels become ${wide} × ${tall}`);
      text(".facts", `${answer.facts} · seed ${seed}`);
      disable(".download, .another", false);
      count("uncropped");
    },
  );

  async function show() {
    const mine = wish();
    remember();
    await uncrop(mine, request());
  }

  function sidesAre(wanted) {
    sides = wanted;
    press("[data-sides]", (button) => button.dataset.sides === sides);
  }

  pick(".sides", (button) => {
    sidesAre(button.dataset.sides);
    if (picture()) show();
  });
  on(".share-of", "input", () => picture() && show());
  on(".another", "click", () => {
    seed = dice(1e6);
    show();
  });

  return {
    done: "Uncropped",
    begin(values) {
      $(".share-of").value = String(amount(values.share, 0.05, SHARE, SHARE));
      sidesAre($(`[data-sides="${CSS.escape(values.sides ?? "")}"]`) ? values.sides : sides);
      seed = whole(values.seed, 0, TOP, 0);
    },
    show,
    values: () => ({ sides, share: request().share, seed }),
    async keep(button) {
      button.disabled = true;
      const answer = await ask({ ask: "save uncrop", ...request() });
      button.disabled = false;
      if (!failed(answer)) save(answer.url, `${picture().example ?? "picture"}-${answer.name}`);
    },
  };
}
