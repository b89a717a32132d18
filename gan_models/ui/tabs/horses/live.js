// The webcam: one frame on its way at a time, the newest next.

import { nextFrame, sleep } from "../../lib/dom.js";
import { Camera } from "../../lib/picture_source.js";

const FRAME = 256; // pixels of a frame's shorter side
const KEPT = 1024; // of a picture that is kept

/**
 * @param {any} ui the tools of the tab
 * @param {object} hooks
 * @param {(frame: Blob) => Promise<any>} hooks.translate the answer to a frame
 * @param {(frame: Blob, answer: any) => Promise<void>} hooks.show
 * @param {() => void} hooks.started
 * @param {() => void} hooks.stopped called when the camera was on and another picture is to be shown
 * @param {(picture: Blob) => void} hooks.keep
 */
export function openCamera({ $, on, text, hide, press, say, visible }, { translate, show, started, stopped, keep }) {
  const camera = new Camera($(".video"));
  const live = {
    get on() {
      return camera.stream !== null;
    },
    /** Let go of the camera; whether it was on. */
    halt() {
      if (!camera.stop()) return false;
      press(".camera", () => false);
      text(".camera", "Live from the camera");
      hide(".keep, .record", true);
      return true;
    },
    stop() {
      if (live.halt()) stopped();
    },
  };

  async function start() {
    say();
    const trouble = await camera.start("environment");
    if (trouble) return say(trouble);
    const { stream } = camera;
    press(".camera", () => true);
    text(".camera", "Stop the camera");
    hide(".keep, .record", false);
    started();
    while (camera.stream === stream) {
      if (!visible()) return live.stop(); // another tab is in front: let go of the camera
      const frame = document.hidden ? null : await camera.picture(FRAME);
      if (!frame) {
        await sleep(200);
        continue;
      }
      const answer = await translate(frame);
      if (camera.stream !== stream) return;
      if (answer?.error) {
        say(answer.error);
        return live.stop();
      }
      if (answer) await show(frame, answer);
      await nextFrame();
    }
  }

  on(".camera", "click", () => (live.on ? live.stop() : start()));
  on(".keep", "click", async () => {
    const picture = await camera.picture(KEPT);
    if (picture) keep(picture);
  });
  return live;
}
