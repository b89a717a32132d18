// A picture from the camera, taken in the place where pictures are shown.

import { Camera } from "./picture_source.js";

/**
 * @param {any} ui the tools of the tab, with a shutter: a video, and buttons to take the picture and to close it
 * @param {(picture: Blob) => void} take
 * @param {object} [options]
 * @param {string} [options.facing] which camera: "user" or "environment"
 * @param {number} [options.side] pixels that the picture's shorter side has at most
 */
export function openCamera({ $, on, hide, say }, take, { facing = "user", side = Infinity } = {}) {
  const camera = new Camera($("video"));
  const show = (whether) => {
    hide(".shutter", !whether);
    hide(".stage .sheet", whether);
  };
  const close = () => {
    camera.stop();
    show(false);
  };
  on(".camera", "click", async () => {
    const trouble = await camera.start(facing);
    say(trouble);
    if (trouble) return;
    show(true);
    $(".snap").focus();
  });
  on(".snap", "click", async () => {
    const picture = await camera.picture(side, 0.95);
    if (!picture) return say("The camera has no picture yet; wait a moment.");
    close();
    take(picture);
  });
  on(".shut", "click", close);
}
