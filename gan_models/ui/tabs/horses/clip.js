// A short clip: opened or recorded, turned a few frames a request until it is done or cancelled, then shown and kept.

import { save } from "../../lib/link.js";
import { patiently } from "../../lib/rpc.js";

const MOST_MS = 10_000; // of a recording

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
      const answer = await patiently(() => ask({ ask: "turn", ...request }), {
        wanted: () => run === mine,
        waiting: (words) => run === mine && text(".told", words),
      });
      if (run !== mine) return;
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
  let recorder = null; // while it records

  const showRecording = () => {
    press(".record", () => recorder !== null);
    text(".record", recorder ? "Stop recording" : "Record a clip");
  };

  function record() {
    const seen = stream();
    if (!seen || typeof MediaRecorder === "undefined") return say("This browser cannot record; open a clip instead.");
    const parts = [];
    const mine = new MediaRecorder(seen);
    recorder = mine;
    const enough = setTimeout(end, MOST_MS);
    mine.addEventListener("dataavailable", ({ data }) => parts.push(data));
    mine.addEventListener("stop", () => {
      clearTimeout(enough);
      if (recorder === mine) recorded(new Blob(parts, { type: mine.mimeType.split(";")[0] || "video/webm" }));
    });
    mine.start();
    showRecording();
  }

  const end = () => recorder?.state === "recording" && recorder.stop();

  /** Drop what is being recorded: something else is opened in its place, or it is itself what is opened. */
  function forget() {
    recorder = null;
    showRecording();
  }

  on(".turn", "click", turn);
  on(".halt", "click", () => stop("Cancelled."));
  on(".keepclip", "click", () => save(made.url, made.name));
  on(".record", "click", () => (recorder ? end() : record()));
  return { offer, forget };
}
