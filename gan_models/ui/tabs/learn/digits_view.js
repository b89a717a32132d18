import { canvasOf } from "../../lib/dom.js";
import * as link from "../../lib/link.js";
import { openToy } from "../../lib/toy.js";
import { bytes, enlarge, sharp } from "./canvas.js";
import { Trainer } from "./trainer.js";

const WALL = 140; // pixels a side
const SCORE_MS = 4000; // from score to score
const FIRST_SCORE_MS = 1500;
const FIRST = "dcgan";

/** Handwritten digits. */
export class Digits extends Trainer {
  constructor(section, tab) {
    super("digits", section, tab);
    const { $, on, pick } = this.ui;
    this.wall = canvasOf(WALL, WALL);
    this.painted = false;
    this.following = true; // or looking back
    this.scored = 0;
    this.scrubber = $(".scrubber");
    this.recipes = tab.options.recipes;
    pick(".recipes", (button) => this.start(button.dataset.recipe));
    on(".cure", "click", () => this.start(this.recipes[this.recipe].cure));
    on(".scrubber", "input", () => this.lookBack());
    on(".one", "click", () => this.once({}));
    on(".save", "click", () => this.takeHome((toy) => link.saveBlob(toy.file, toy.name)));
    on(".sample", "click", () => this.takeHome(openToy));
    on(".loss", "change", () => this.again());
    on(".seed", "change", () => this.again());
    this.choose(FIRST);
  }
  choose(recipe) {
    const { why, cure } = this.recipes[recipe];
    this.recipe = recipe;
    this.ui.press("[data-recipe]", (button) => button.dataset.recipe === recipe);
    this.ui.text(".why", why);
    this.ui.hide(".curebox", !cure);
  }
  start(recipe) {
    this.choose(recipe);
    return this.restartAndPlay();
  }
  opening() {
    const { $ } = this.ui;
    const seed = Math.max(0, Math.floor(Number($(".seed").value)) || 0);
    return { ask: "digits.start", settings: { recipe: this.recipe, loss: $(".loss").value, seed } };
  }
  question() {
    const score = performance.now() - this.scored > SCORE_MS;
    if (score) this.scored = performance.now();
    return { ask: "digits.frame", id: this.id, steps: 100000, score };
  }
  begin(answer) {
    this.device = answer.device;
    this.scored = performance.now() - SCORE_MS + FIRST_SCORE_MS;
    for (const chart of this.charts) chart.clear();
    for (const name of ["sure", "covered", "inception", "frechet"]) this.put(name, "–");
    this.following = true;
    this.show({ ...answer, waited: 0 });
  }
  show(frame) {
    this.history = frame.history;
    this.scrubber.max = this.history.length - 1;
    if (this.following) {
      this.scrubber.value = this.scrubber.max;
      this.ui.text(".when", "now");
      this.paint(frame.wall);
    }
    if (frame.scores) this.showScores(frame.scores);
    this.report(frame, frame.waited, ` · ${this.device ?? "cpu"}`);
  }
  showScores({ sure, covered, inception, frechet, real_sure }) {
    this.put("sure", `${Math.round(sure * 100)} %`, sure >= 0.9 ? "full" : "");
    this.put("covered", `${covered} of 10`, covered === 10 ? "full" : covered <= 3 ? "poor" : "");
    this.put("inception", inception.toFixed(2));
    this.put("frechet", frechet.toFixed(2));
    this.ui.$(".sure").title = `Of real digits the judge is ${Math.round(real_sure * 100)} % sure.`;
  }
  async lookBack() {
    const step = this.history?.[Number(this.scrubber.value)];
    this.following = Number(this.scrubber.value) >= Number(this.scrubber.max);
    this.ui.text(".when", this.following || step === undefined ? "now" : `step ${step.toLocaleString("en")}`);
    if (!this.id || step === undefined || this.looking) return;
    this.looking = true;
    const answer = await this.ask({ ask: "digits.wall", id: this.id, step });
    this.looking = false;
    if (answer) this.paint(answer.wall);
  }
  paint(wall) {
    const pen = this.wall.getContext("2d");
    const picture = pen.createImageData(WALL, WALL);
    bytes(wall).forEach((grey, i) => picture.data.set([grey, grey, grey, 255], 4 * i));
    pen.putImageData(picture, 0, 0);
    this.painted = true;
    this.redraw();
  }
  redraw() {
    if (this.section.hidden || !this.painted) return;
    const { pen, width } = sharp(this.ui.$(".wall"));
    enlarge(pen, this.wall, width);
  }
  async takeHome(give) {
    if (!this.id) return this.tab.say("Press Play first; then there is something to take home.");
    const answer = await this.ask({ ask: "digits.save", id: this.id });
    if (answer) give({ name: answer.name, file: new Blob([bytes(answer.data)], { type: "application/octet-stream" }) });
  }
}
