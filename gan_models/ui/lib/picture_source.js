// Where pictures come from: a file, the clipboard, a drop, the camera.

import { canvasOf, listenWhile } from "./dom.js";

const MOST = 25_000_000; // bytes
const isPicture = (item) => item.type.startsWith("image/");

/**
 * Take pictures from a file chooser, from the clipboard while the tab is in front, and from drops.
 * @param {any} ui the tools of the tab, see within() in dom.js
 * @param {object} parts
 * @param {string} parts.file the input of type file
 * @param {string} parts.drop what one may drop pictures on
 * @param {(picture: Blob) => void} parts.take
 */
export function pictureSource({ root, $, visible, say }, { file, drop, take }) {
  const offer = (found) => {
    if (!found) return;
    if (found.size > MOST) say("The file is larger than 25 MB; save the picture smaller and try again.");
    else take(found);
  };
  $(file).addEventListener("change", ({ target }) => {
    offer(target.files[0]);
    target.value = "";
  });
  listenWhile(root, document, "paste", (event) => {
    const found = [...(event.clipboardData?.items ?? [])].find(isPicture);
    if (!found || !visible()) return;
    event.preventDefault();
    offer(found.getAsFile());
  });
  const over = (whether) => (event) => {
    if (event.type !== "dragleave") event.preventDefault();
    $(drop).classList.toggle("over", whether);
    if (event.type === "drop") offer(event.dataTransfer.files[0]);
  };
  for (const type of ["dragover", "dragleave", "drop"]) $(drop).addEventListener(type, over(type === "dragover"));
}

/** A camera shown in a video element. */
export class Camera {
  constructor(video) {
    this.video = video;
    this.stream = null;
  }
  /** Switch it on; "" or, in words, why that cannot be. Facing "user" or "environment". */
  async start(facing) {
    const media = navigator.mediaDevices;
    if (!media?.getUserMedia) return "This browser gives the camera to secure pages only; open a picture instead.";
    try {
      this.stream = await media.getUserMedia({ video: { facingMode: facing, width: { ideal: 1280 } } });
    } catch {
      return "The camera is off limits or missing; allow it in the browser, or open a picture instead.";
    }
    this.video.srcObject = this.stream;
    await this.video.play();
    return "";
  }
  /** Let go of it; whether it was on. */
  stop() {
    const was = this.stream;
    for (const track of was?.getTracks() ?? []) track.stop();
    this.stream = this.video.srcObject = null;
    return was !== null;
  }
  /** What it sees now, its shorter side at most so long: a JPEG, or null while there is no picture yet. */
  async picture(side = Infinity, quality = 0.9) {
    const { videoWidth, videoHeight } = this.video;
    if (!videoWidth) return null;
    const scale = Math.min(1, side / Math.min(videoWidth, videoHeight));
    const canvas = canvasOf(Math.round(videoWidth * scale), Math.round(videoHeight * scale));
    canvas.getContext("2d").drawImage(this.video, 0, 0, canvas.width, canvas.height);
    return toBlob(canvas, "image/jpeg", quality);
  }
}

/** @returns {Promise<Blob>} a canvas as a picture file */
export const toBlob = (canvas, type = "image/png", quality = undefined) =>
  new Promise((done) => canvas.toBlob(done, type, quality));
