// A GAN that a visitor trained: it comes as a file, or from the tab where it learned.

import { receiveToys } from "../../lib/toy.js";

export const TOY = "toy"; // its name among the models
const MOST = 16 * 2 ** 20; // bytes

/**
 * @param {any} ui the tools of the tab
 * @param {any} server of the tab, see connectOpening()
 * @param {(toy: any) => void} enter shows a toy: what the server said of it, and its name
 */
export function openToys({ root, $, on, text, hide, say, failed }, server, enter) {
  async function openFile(name, file) {
    text(".toyname", "opening…");
    const toy = await server.open({ ask: "toy" }, { data: file });
    text(".toyname", "");
    if (failed(toy)) return;
    const untold = toy.classes ? "" : " Nobody told it which ten kinds there are.";
    text(".toyname", `${name}: recipe “${toy.recipe}”, ${toy.steps || "?"} steps.${untold}`);
    enter({ ...toy, name });
  }

  on(".file", "change", (_, input) => {
    const [file] = input.files;
    input.value = "";
    if (file?.size > MOST) say("This file is larger than 16 MB; a toy trained here is smaller.");
    else if (file) openFile(file.name, file);
  });
  receiveToys(root, ({ name, file }, now) => {
    const offer = $(".offer");
    Object.assign(offer, { hidden: false, textContent: "Open what you just trained", title: name });
    offer.onclick = () => openFile(name, file);
    if (!now) return;
    $(".model").value = TOY;
    hide(".toybox", false);
    openFile(name, file);
  });
}
