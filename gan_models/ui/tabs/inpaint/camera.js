// A picture from the camera, in the place of the one that is brushed.

import { Camera } from "../../lib/picture_source.js";

/** @param {any} ui the tools of the tab @param {(picture: Blob) => void} take */
export function openCamera({ $, on, hide, say }, take) {
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
    const trouble = await camera.start("user");
    say(trouble);
    if (trouble) return;
    show(true);
    $(".snap").focus();
  });
  on(".snap", "click", async () => {
    const picture = await camera.picture(Infinity, 0.95);
    if (!picture) return say("The camera has no picture yet; wait a moment.");
    close();
    take(picture);
  });
  on(".shut", "click", close);
}
