// The head of the page: tabs in their groups, the tour, and the tab that a link names.

import { openTab, whenTabOpens } from "../lib/gradio_shell.js";
import { offerTour } from "./tour.js";

export function start(element, { tour }) {
  const buttons = [...element.querySelectorAll("#ga-tabs button")];
  for (const button of buttons) button.addEventListener("click", () => openTab(button.dataset.tab));
  whenTabOpens((open) => {
    for (const button of buttons) {
      if (button.textContent === open) button.setAttribute("aria-current", "page");
      else button.removeAttribute("aria-current");
    }
  });
  offerTour(element.querySelector("#ga-tour-start"), tour);
  if (location.hash.length > 1) openTab(location.hash.slice(1).split("?")[0]);
}
