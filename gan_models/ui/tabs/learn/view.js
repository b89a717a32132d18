import { html, listenWhile, within } from "../../lib/dom.js";
import { connect } from "../../lib/rpc.js";
import { readPalette } from "./canvas.js";
import { Pictures } from "./pictures_view.js";
import { Points } from "./points_view.js";

export async function start(element) {
  const { root, $, pick, fill, text, press } = within(element.querySelector(".learn"));
  const ask = connect("learn");
  let palette = readPalette(root);
  const say = (words) => text(".learn > .notice", words);
  const status = (words) => text(".status", words);
  const options = await ask({ ask: "offer" });
  if (options.error) return say(options.error);
  const button =
    (name) =>
    ([key, { title }]) =>
      html`<button type="button" data-${name}="${key}">${title}</button>`;
  const losses = Object.entries(options.losses).map(([key, title]) => html`<option value="${key}">${title}</option>`);
  fill(".presets", Object.entries(options.presets).map(button("preset")));
  fill(".kinds", Object.entries(options.pictures).map(button("data")));
  fill('[data-knob="loss"]', losses);
  $(".loss").insertAdjacentHTML("beforeend", String(html`${losses}`));
  const tab = { ask, options, palette: () => palette, say, status };
  const trainers = [new Points($("section.points"), tab), new Pictures($("section.digits"), tab)];

  const redraw = () => {
    for (const trainer of trainers) trainer.redraw();
  };

  pick(".halves", (button) => {
    const { view } = button.dataset;
    press(".halves button", (b) => b === button);
    say("");
    for (const trainer of trainers) {
      trainer.section.hidden = trainer.name !== view;
      if (trainer.section.hidden) trainer.pause();
      else if (trainer.id) trainer.redraw();
      else trainer.restart();
    }
  });

  // A page that goes away says so; the server forgets its runs at once instead of after three minutes.
  listenWhile(root, window, "pagehide", () => {
    if (trainers.some((trainer) => trainer.beginnings)) ask.leave({ ask: "leave" });
    for (const trainer of trainers) trainer.forget();
  });
  const theme = new MutationObserver(() => {
    if (!root.isConnected) return theme.disconnect();
    palette = readPalette(root);
    redraw();
  });
  theme.observe(document.body, { attributes: true, attributeFilter: ["class"] });
  new ResizeObserver(redraw).observe(root);
  root.dataset.state = "ready";
}
