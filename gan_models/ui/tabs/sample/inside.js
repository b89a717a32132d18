// Inside the generator: units of one layer that draw something, turned down or up.

import { html } from "../../lib/dom.js";
import { latest } from "../../lib/rpc.js";

/**
 * @param {any} ui the tools of the tab
 * @param {any} ask
 * @param {object} hooks
 * @param {() => object} hooks.here the model and the point that are looked at
 * @param {(box: any, sheet: any) => void} hooks.put shows a picture
 * @returns {() => void} to be called when another picture is shown
 */
export function openInside({ $, $$, on, fill, text, press, count }, ask, { here, put }) {
  const gains = {};
  let shown = ""; // the concept whose places are shown

  const work = latest(ask, (answer) => {
    text(".inerror", answer.error);
    if (answer.error) return;
    put($(".after"), answer);
    $(".veil").style.backgroundImage = answer.veil ? `url(${answer.veil})` : "none";
    fill(".insees", html`the classifier now sees <b>${answer.sees}</b>`);
    count("insides");
  });

  function look() {
    if ($(".inside").open && !$(".inside").hidden) work({ ask: "inside", ...here(), gains: { ...gains }, shown });
  }

  function turn(row, gain) {
    gains[row.dataset.concept] = gain;
    row.querySelector("input").value = gain;
    row.querySelector("output").value = gain.toFixed(2);
  }

  on("[data-concept] input", "input", (_, input) => {
    turn(input.parentElement, Number(input.value));
    look();
  });
  on("[data-concept] button", "click", (_, button) => {
    const { concept } = button.parentElement.dataset;
    shown = shown === concept ? "" : concept;
    press("[data-concept] button", (b) => b.parentElement.dataset.concept === shown);
    look();
  });
  on(".mend", "click", () => {
    for (const row of $$("[data-concept]")) turn(row, 1);
    look();
  });
  on(".inside", "toggle", look);
  return look;
}
