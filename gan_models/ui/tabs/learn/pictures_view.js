import { canvasOf, html } from "../../lib/dom.js";
import * as link from "../../lib/link.js";
import { openToy } from "../../lib/toy.js";
import { bytes, enlarge, sharp } from "./canvas.js";
import { namingChart } from "./chart.js";
import { Trainer } from "./trainer.js";

const WALL = 140; // pixels a side
const SCORE_MS = 4000; // from score to score
const FIRST_SCORE_MS = 1500;
const FIRST = { data: "digits", recipe: "dcgan" };

/** Pictures of ten kinds: handwritten digits, or clothes. */
export class Pictures extends Trainer {
  constructor(section, tab) {
    super("digits", section, tab);
    const { $, on, pick } = this.ui;
    this.wall = canvasOf(WALL, WALL);
    this.painted = false;
    this.following = true; // or looking back
    this.scored = 0;
    this.scrubber = $(".scrubber");
    this.charts.push(namingChart($(".charts"), tab.palette));
    pick(".kinds", (button) => {
      this.depict(button.dataset.data);
      this.again();
    });
    pick(".recipes", (button) => this.start(button.dataset.recipe));
    pick(".cures", (button) => this.start(button.dataset.cure));
    on("[data-slider]", "input", () => this.slide());
    on(".scrubber", "input", () => this.lookBack());
    on(".one", "click", () => this.once({}));
    on(".save", "click", () => this.takeHome((toy) => link.saveBlob(toy.file, toy.name)));
    on(".sample", "click", () => this.takeHome(openToy));
    on(".loss", "change", () => this.again());
    on(".seed", "change", () => this.again());
    this.recipe = FIRST.recipe;
    this.depict(FIRST.data);
  }
  depict(data) {
    this.data = data;
    this.shows = this.tab.options.pictures[data];
    const { many, names, recipes } = this.shows;
    this.ui.press("[data-data]", (button) => button.dataset.data === data);
    this.ui.text(".covered-name", `${many[0].toUpperCase()}${many.slice(1)} covered`);
    this.ui.$(".wall").setAttribute("aria-label", `Twenty-five ${many} the generator makes`);
    this.ui.$(".codes").classList.toggle(
      "long",
      names.some((name) => name.length > 3),
    );
    const button = ([key, { title }]) => html`<button type="button" data-recipe="${key}">${title}</button>`;
    this.ui.fill(".recipes", Object.entries(recipes).map(button));
    this.choose(this.recipe);
  }
  choose(recipe) {
    const { why, cures } = this.shows.recipes[recipe];
    const { sliders, names } = this.tab.options.recipes[recipe];
    this.recipe = recipe;
    this.ui.hide(".found", !sliders);
    this.charts[3].hide(!names);
    this.ui.press("[data-recipe]", (button) => button.dataset.recipe === recipe);
    this.ui.text(".why", why);
    this.ui.fill(
      ".cures",
      Object.entries(cures).map(
        ([key, title]) => html`<button type="button" class="cure" data-cure="${key}">Cure: ${title}</button>`,
      ),
    );
    this.ui.hide(".curebox", !Object.keys(cures).length);
  }
  start(recipe) {
    this.choose(recipe);
    return this.restartAndPlay();
  }
  opening() {
    const { $ } = this.ui;
    const seed = Math.max(0, Math.floor(Number($(".seed").value)) || 0);
    return { ask: "digits.start", settings: { data: this.data, recipe: this.recipe, loss: $(".loss").value, seed } };
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
    this.ui.fill(".codes tbody", []);
    for (const name of [".purity", ".missing"]) this.ui.text(name, "");
    for (const input of this.ui.$$("[data-slider]")) input.value = "0";
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
  showScores({ sure, covered, missing, inception, frechet, real_sure, codes, purity, looking }) {
    const { many, names } = this.shows;
    if (codes) this.showCodes(codes, purity, looking);
    this.put("sure", `${Math.round(sure * 100)} %`, sure >= 0.9 ? "full" : "");
    this.put("covered", `${covered} of ${names.length}`, missing.length ? (covered <= 3 ? "poor" : "") : "full");
    this.ui.text(".missing", missing.length ? `Hardly any: ${missing.map((kind) => names[kind]).join(", ")}.` : "");
    this.put("inception", inception.toFixed(2));
    this.put("frechet", frechet.toFixed(2));
    this.ui.$(".sure").title = `Of real ${many} the judge is ${Math.round(real_sure * 100)} % sure.`;
  }
  /** What each code became, in the order of the wall: five codes a row. */
  showCodes(codes, purity, looking) {
    const { names } = this.shows;
    const became = ([kind, share]) => html`<b>${names[kind]}</b><br>${Math.round(share * 100)} %`;
    const cell = (code, i) => html`<td>${i + 1} → ${looking ? "?" : became(code)}</td>`;
    const cells = codes.map(cell);
    this.ui.fill(".codes tbody", [html`<tr>${cells.slice(0, 5)}</tr>`, html`<tr>${cells.slice(5)}</tr>`]);
    const kinds = new Set(codes.map(([kind]) => kind)).size;
    const said = `Purity ${Math.round(purity * 100)} %, ${kinds} of ${names.length} kinds have a code of their own.`;
    this.ui.text(".purity", looking ? "Still looking for ten kinds; the codes mean nothing yet." : said);
  }
  /** The sliders as they stand, sent one at a time; the wall keeps them. */
  async slide() {
    if (!this.id || this.sliding) return;
    this.sliding = true;
    const stand = () => this.ui.$$("[data-slider]").map((input) => Number(input.value));
    for (let sent = null; String(sent) !== String(stand()) && this.id; ) {
      sent = stand();
      const answer = await this.ask({ ask: "digits.sliders", id: this.id, sliders: sent });
      if (!answer) break;
      if (this.following) this.paint(answer.wall);
    }
    this.sliding = false;
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
