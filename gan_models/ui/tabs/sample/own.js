// A visitor's own face: a photo comes in, its place is searched, and the sliders work on it.

import { html } from "../../lib/dom.js";
import { range } from "../../lib/numbers.js";
import { pictureSource } from "../../lib/picture_source.js";
import { openCamera } from "../../lib/snapshot.js";

/**
 * @param {any} ui the tools of the tab
 * @param {any} ask
 * @param {object} hooks
 * @param {(box: any, sheet: any) => void} hooks.put shows a picture
 * @param {(key: string) => void} hooks.found goes to the face that lies on the server under a key
 */
export function openOwn(ui, ask, { put, found }) {
  const { $, on, pick, fill, text, hide, press, count } = ui;
  const say = (words = "") => text(".ownerror", words);
  let photo = null; // the file
  let search = 0; // the number of the newest search; only that may show something
  let stopped = false;

  function show({ url, progress, lpips, note }) {
    put($(".ownfound"), { url, ink: false });
    $(".fitting").value = progress;
    text(".fitted", `LPIPS ${lpips.toFixed(3)}: 0 would be the same picture. ${note ?? ""}`);
  }

  async function look(file, face = 0) {
    photo = file;
    stopped = false;
    search += 1;
    const mine = search;
    say();
    let answer = await ask({ ask: "photo", face }, { picture: file });
    if (mine !== search) return;
    if (answer.error) return say(answer.error);
    const { key, faces } = answer;
    put($(".ownphoto"), { url: answer.photo, ink: false });
    hide(".pair, .fitting, .ownstop", false);
    hide(".which", faces < 2);
    text(".which .quiet", `${faces} faces were found. Which one?`);
    fill(".who", html`${range(faces).map((k) => html`<button type="button" data-face="${k}">${k + 1}</button>`)}`);
    press(".who button", (_, k) => k === face);
    show(answer);
    while (answer.progress < 1 && !stopped) {
      answer = await ask({ ask: "closer", key });
      if (mine !== search) return;
      if (answer.error) return end(answer.error);
      show(answer);
    }
    end();
    count("fits");
    found(key);
  }

  function end(words = "") {
    say(words);
    hide(".fitting, .ownstop", true);
  }

  const shown = () => $(".own").offsetParent !== null;
  pictureSource({ ...ui, say, visible: shown }, { file: ".photofile", drop: ".own", take: (file) => look(file) });
  openCamera({ ...ui, say }, (file) => look(file));
  pick(".who", (button) => look(photo, Number(button.dataset.face)));
  on(".ownstop", "click", () => {
    stopped = true;
  });
}
