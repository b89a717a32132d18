import { loadImage, within } from "../../lib/dom.js";
import * as link from "../../lib/link.js";
import { amount, another } from "../../lib/numbers.js";
import { pictureSource } from "../../lib/picture_source.js";
import { connectOpening, latest } from "../../lib/rpc.js";
import { isClip, openClips } from "./clip.js";
import { unpack } from "./compose.js";
import { openEasel } from "./easel.js";
import { openFailures } from "./failures.js";
import { guess, NEITHER, one, showJourney } from "./judged.js";
import { openCamera } from "./live.js";
import { pixels } from "./pixels.js";

const OURS = "ours";
const UNNAMED = "The picture as it came";
const FIRST = "meadow";
const MOST_STRENGTH = 1.5;

export function start(element, { titles, called, published }) {
  const ui = within(element.querySelector(".horses"));
  const ways = [...ui.root.querySelectorAll("[data-way]")].map((button) => button.dataset.way);
  const { root, $, on, pick, text, hide, disable, press, say, failed, settled, count } = ui;
  let picture = null; // what is open: the server's answer
  let way = ways[0]; // or null: neither animal was seen, and the visitor has not said to try it anyway
  let strength = 1;
  let filmed = ""; // address of the frame that is shown
  const server = connectOpening("horses");
  const { ask } = server;
  const easel = openEasel(ui, { strength: () => strength, live: () => live.on });
  const model = () => (published.includes(way) ? $(".model").value : OURS);
  const kinds = () => way.split("_to_").map((kind) => called[kind]);
  const kindOf = (direction) => direction.split("_to_")[0];
  const title = () => titles[picture.example] ?? UNNAMED;

  // --- opening ---
  async function open(request, files = {}, wanted = {}) {
    const filming = live.halt();
    clips.forget();
    say();
    text(".fallback", "");
    text(".facts", "opening…");
    root.dataset.state = "opening";
    const answer = await server.open(request, files);
    if (answer.error) {
      text(".facts", "");
      if (filming) restore();
      return settled(answer);
    }
    picture = { ...answer, example: request.name, image: await loadImage(answer.url) };
    easel.judge(null);
    hide(".journey", true);
    const seen = answer.verdict === NEITHER && !request.name ? null : answer.direction; // our examples show one
    const kept = way && seen && kindOf(way) === kindOf(seen) ? way : seen; // of two ways for it, the one last chosen
    way = ways.includes(wanted.direction) ? wanted.direction : kept;
    press(".examples [data-example]", (b) => b.dataset.example === request.name);
    showPicture();
    count("opened");
    return true;
  }

  /** The open picture, before anything is done to it; then its translation. */
  function showPicture() {
    clips.offer(picture.clip);
    $(".before").src = $(".stop0").src = picture.url;
    $(".before").alt = title();
    showGuess();
    easel.show(picture.image, picture);
    update();
  }

  const restore = () => picture && showPicture();
  const showGuess = () => text(".guess", guess(picture, way, called));
  const example = (name, wanted) => open({ ask: "example", name }, {}, wanted);
  const openFile = (file) =>
    isClip(file) ? open({ ask: "clip" }, { film: file }) : open({ ask: "open" }, { picture: file });

  // --- translating ---
  const asked = () => ({ key: picture.key, direction: way, model: model() });
  const current = ({ key, direction, model: by }) =>
    picture && !live.on && key === picture.key && direction === way && by === model();
  const fallBack = (error) => {
    $(".model").value = OURS;
    text(".fallback", `${error} Our own networks go on in their place.`);
  };

  const translate = latest(ask, async (answer, request) => {
    if (!current(request)) return;
    root.classList.remove("busy");
    if (answer.error) {
      text(".facts", "");
      if (request.model === OURS) return settled(answer);
      fallBack(answer.error);
      return update();
    }
    const packed = await loadImage(answer.change);
    if (!current(request)) return;
    const [wide, rows] = [packed.naturalWidth, packed.naturalHeight];
    easel.show(picture.image, { ...picture, wanted: unpack(pixels(packed, wide, rows), wide, rows) });
    $(".after").setAttribute("aria-label", `${title()}, as ${one(kinds()[1])}`);
    text(".facts", `${answer.facts} · ${picture.full[0]} × ${picture.full[1]} pixels`);
    disable(".download", false);
    root.dataset.state = "ready";
    count("answers");
    weigh();
    showFailures();
  });

  const judge = latest(ask, (answer, request) => {
    if (!current(request) || request.strength !== strength || failed(answer)) return;
    easel.judge(answer);
    showJourney(ui, answer, kinds());
    count("trips");
  });

  function weigh() {
    if (picture && way && !live.on) judge({ ask: "judge", ...asked(), strength });
  }

  function update() {
    press("[data-way]", (b) => b.dataset.way === way);
    hide(".networks", way !== null && !published.includes(way));
    showStrength();
    if (!picture || live.on) return;
    say();
    remember();
    disable(".download", true);
    root.classList.toggle("busy", way !== null);
    if (!way) {
      text(".facts", "");
      root.dataset.state = "ready";
      return;
    }
    if (model() !== OURS) text(".facts", "fetching the published pair, if it is not here yet…");
    translate({ ask: "translate", ...asked() });
  }

  function showStrength() {
    $(".much").value = strength;
    text(".strength output", strength.toFixed(2));
  }

  function remember() {
    const { example: name } = picture;
    const values = name ? { example: name, direction: way ?? "", strength } : {};
    if (name && model() !== OURS) values.model = model();
    link.shareUnless(ui, name ? "" : link.OWN);
    if (ui.visible()) link.write("horse-to-zebra", values);
  }

  // --- live ---
  const live = openCamera(ui, {
    async translate(frame) {
      const by = model();
      const answer = await ask({ ask: "live", direction: way, model: by, strength }, { picture: frame });
      if (!answer.error || by === OURS) return answer;
      fallBack(answer.error);
      return null;
    },
    async show(frame, answer) {
      const url = URL.createObjectURL(frame);
      const [before, after] = await Promise.all([loadImage(url), loadImage(answer.url)]);
      URL.revokeObjectURL(filmed); // of the frame before, which is no longer shown
      filmed = url;
      if (!live.on) return;
      $(".before").src = url;
      easel.show(before, { after, width: before.naturalWidth, height: before.naturalHeight });
      text(".facts", `${answer.facts} · live`);
      count("frames");
    },
    started() {
      way ??= ways[0];
      press("[data-way]", (b) => b.dataset.way === way);
      easel.judge(null);
      hide(".journey", true);
      clips.offer(null);
      text(".guess", "");
      $(".before").alt = "What the camera sees";
      disable(".download, .share", true);
      root.classList.remove("busy");
    },
    stopped: restore,
    keep: openFile,
  });

  const clips = openClips(ui, ask, {
    asked: () => (way ? { ...asked(), strength } : null),
    stream: () => $(".video").srcObject,
    recorded: openFile,
  });

  const showFailures = openFailures(ui, ask, model);

  // --- buttons ---
  pick(".way", (button) => {
    if (button.dataset.way === way) return;
    way = button.dataset.way;
    text(".fallback", "");
    easel.judge(null);
    if (picture) showGuess();
    update();
  });
  on(".much", "input", (_, slider) => {
    strength = Number(slider.value);
    showStrength();
    easel.paint();
  });
  on(".much", "change", () => {
    if (!picture || live.on) return;
    remember();
    weigh();
  });
  on(".model", "change", () => {
    text(".fallback", "");
    easel.judge(null);
    update();
  });
  on("[data-example]", "click", (_, button) => {
    const failure = button.closest(".failures"); // which show what the first way makes of them
    example(button.dataset.example, failure ? { direction: ways[0] } : {});
    if (failure) $(".sources").scrollIntoView({ behavior: "smooth", block: "start" });
  });
  on(".surprise", "click", () => example(another(Object.keys(titles), picture?.example)));
  link.saves(ui, ".download", () => ask({ ask: "save", ...asked(), strength }));
  link.shares(ui, remember);
  pictureSource(ui, { file: ".file", drop: ".bench", take: openFile });

  async function begin() {
    const wanted = link.read("horse-to-zebra");
    strength = amount(wanted.strength, 0, MOST_STRENGTH, 1);
    if ([...$(".model").options].some((option) => option.value === wanted.model)) $(".model").value = wanted.model;
    update();
    if (!(wanted.example && (await example(wanted.example, wanted)))) await example(FIRST);
  }
  begin();
}
