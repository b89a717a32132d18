// A grey photograph in colours that it may have had, several answers beside each other.

import { html, loadImage } from "../../lib/dom.js";
import { save } from "../../lib/link.js";
import { clamp, whole } from "../../lib/numbers.js";
import { latest } from "../../lib/rpc.js";

const STRENGTH = 1;
const FIRST = 1; // the average of photographs looks least like a filter

/** @param {import("./view.js").Bench} bench @returns {import("./view.js").Mode} */
export function colouring({ ui, ask, picture, wish, current, against, sheet, remember }) {
  const { $, on, pick, fill, text, disable, press, failed, settled, count } = ui;
  let seed = FIRST;

  const request = () => ({ key: picture().key, strength: Number($(".colourful").value), seed });

  const colour = latest(
    async (mine, asked) => {
      const answer = await ask({ ask: "colour", ...asked });
      return { mine, answer, image: answer.url && (await loadImage(answer.url)) };
    },
    ({ mine, answer, image }) => {
      if (!current(mine) || !settled(answer)) return;
      sheet(image.width, image.height).drawImage(image, 0, 0);
      const { truth, width, height } = picture();
      against({
        before: { title: "Before", url: answer.before, alt: "The picture without colours" },
        ...(truth && { truth: { title: "The photograph", url: truth, alt: "The photograph in its own colours" } }),
      });
      const button = (url, n) => html`<button type="button" data-seed="${n}" aria-pressed="${n === seed}"
        aria-label="Answer ${n + 1}"><img src="${url}" alt=""></button>`;
      fill(".answers", answer.thumbs.map(button));
      text(".sizes", `${width} × ${height} pixels, each as light as it was`);
      text(".facts", answer.facts);
      disable(".download", false);
      count("coloured");
    },
  );

  async function show() {
    const mine = wish();
    remember();
    await colour(mine, request());
  }

  on(".colourful", "input", () => picture() && show());
  pick(".answers", (button) => {
    seed = Number(button.dataset.seed);
    press(".answers button", (one) => one === button);
    show();
  });

  return {
    done: "In colour",
    begin(values) {
      const much = Number(values.strength ?? STRENGTH);
      $(".colourful").value = String(Number.isFinite(much) ? clamp(much, 0, 1) : STRENGTH);
      seed = whole(values.answer, 1, 99, FIRST + 1) - 1;
    },
    show,
    values: () => ({ strength: request().strength, answer: seed + 1 }),
    async keep(button) {
      button.disabled = true;
      const answer = await ask({ ask: "save colour", ...request() });
      button.disabled = false;
      if (!failed(answer)) save(answer.url, `${picture().example ?? "picture"}-${answer.name}`);
    },
  };
}
