// A GAN that was trained on this page, handed to the tab that samples it; that tab may not have been opened yet.

import { listenWhile } from "./dom.js";
import { openTab } from "./gradio_shell.js";

/** @typedef {{ name: string, file: Blob }} Toy */

/** @type {Toy | null} */
let last = null; // what was trained last
let unopened = false;

/** Offer a toy in the tab that samples, and open it there. @param {Toy} toy */
export function openToy(toy) {
  last = toy;
  unopened = true;
  window.dispatchEvent(new CustomEvent("ga-toy"));
  openTab("sample");
}

/** Call receive(toy, whether to open it now) for the toy of this page, and for those that come, while a tab lives. */
export function receiveToys(root, receive) {
  const tell = () => {
    if (last) receive(last, unopened);
    unopened = false;
  };
  listenWhile(root, window, "ga-toy", tell);
  tell();
}
