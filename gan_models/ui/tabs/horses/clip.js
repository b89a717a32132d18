// A short clip: opened or recorded, turned a few frames a request until it is done or cancelled, then shown and kept.

import { save } from "../../lib/link.js";

const MOST_MS = 10_000; // of a recording
const PATIENCE_MS = 2000; // before a busy server is asked again

/** Whether a file is a clip. */
export const isClip = ({ type }) => type.startsWith("video/");

/**
 * @param {any} ui the tools of the tab
 * @param {any} ask
 * @param {object} hooks
 * @param {() => any} hooks.asked which clip is to be turned, which way and by whom; null while no way is chosen
 * @param {() => MediaStream | null} hooks.stream the camera's
 * @param {(film: Blob) => void} hooks.recorded
 */
export function openClips({ $, on, text, hide, press, say, count }, ask, { asked, stream, recorded }) {
  let length = 0; // frames of the clip that is open, 0 for none
  let run = 0; // counts what was begun, so that what was cancelled notices
  let made = null; // the server's last answer: the clip as a file

  const busy = (whether) => {
    hide(".turn", whether);
    hide(".halt, .along", !whether);
  };

  function stop(words = "") {
    run++;
    busy(false);
    text(".told", words);
  }

  /** Show what can be done with a clip, or put all of it away. */
  function offer(clip) {
    stop();
    length = clip?.frames ?? 0;
    hide(".clip", !length);
    hide(".turned, .keepclip", true);
    $(".turned").removeAttribute("src");
    if (length) text(".told", `${length} frames, ${clip.seconds} seconds${clip.cut ? ": the first ten of it" : ""}.`);
  }

  async function turn() {
    const request = asked();
    if (!request) return text(".told", "Choose a direction first.");
    const mine = ++run;
    busy(true);
    $(".along").value = 0;
    text(".told", "");
    say();
    for (;;) {
      const answer = await ask({ ask: "turn", ...request });
      if (run !== mine) return;
      if (answer.busy !== undefined) {
        text(".told", answer.error);
        await new Promise((done) => setTimeout(done, PATIENCE_MS));
        if (run !== mine) return;
        continue;
      }
      if (answer.error) return stop(answer.error);
      $(".along").value = answer.done / answer.frames;
      text(".told", `${answer.done} of ${answer.frames} frames`);
      if (answer.url) return finish(answer);
    }
  }

  function finish(answer) {
    made = answer;
    const steady = answer.flicker.toFixed(2);
    stop(`${answer.frames} frames. Apart from what moves, it changes ${steady} times as much as your clip does.`);
    $(".turned").src = answer.url;
    hide(".turned, .keepclip", false);
    count("clips");
  }

  // --- recording ---
  let recorder = null;

  function record() {
    const seen = stream();
    if (!seen || typeof MediaRecorder === "undefined") return say("This browser cannot record; open a clip instead.");
    const parts = [];
    recorder = new MediaRecorder(seen);
    recorder.addEventListener("dataavailable", ({ data }) => parts.push(data));
    recorder.addEventListener("stop", () => {
      const { mimeType } = recorder;
      recorder = null;
      press(".record", () => false);
      text(".record", "Record a clip");
      recorded(new Blob(parts, { type: mimeType.split(";")[0] || "video/webm" }));
    });
    recorder.start();
    press(".record", () => true);
    text(".record", "Stop recording");
    setTimeout(end, MOST_MS);
  }

  const end = () => recorder?.state === "recording" && recorder.stop();

  on(".turn", "click", turn);
  on(".halt", "click", () => stop("Cancelled."));
  on(".keepclip", "click", () => save(made.url, made.name));
  on(".record", "click", () => (recorder ? end() : record()));
  return { offer };
}
