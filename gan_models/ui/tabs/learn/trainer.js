// One half of the tab: it trains by asking for frame after frame, one request in flight, and rests when nobody looks.

import { nextFrame, sleep, within } from "../../lib/dom.js";
import { inTurn, patiently } from "../../lib/rpc.js";
import { threeCharts } from "./chart.js";

export class Trainer {
  /** @param {any} tab what both halves share: { ask, say, status, palette } */
  constructor(name, section, tab) {
    this.name = name;
    this.tab = tab;
    this.ui = within(section);
    this.section = section;
    this.charts = threeCharts(this.ui.$(".charts"), tab.palette);
    this.id = null; // of the run that the server keeps
    this.step = 0; // how far it has come
    this.beginnings = 0;
    this.playing = false;
    this.turn = null; // what is playing now, so that an older loop ends
    this.rest = 0; // milliseconds between frames
    this.inSight = true;
    this.times = [];
    this.inTurn = inTurn((request) => this.answer(request));
    this.ui.on(".play", "click", () => (this.playing ? this.pause() : this.play()));
    this.ui.on(".reset", "click", () => this.again());
    new IntersectionObserver((entries) => {
      this.inSight = entries[entries.length - 1].isIntersecting;
    }).observe(section);
  }
  // --- what each half has of its own ---
  /** The request that starts a run. @returns {any} */
  opening() {}
  /** The request for the next frame. @returns {any} */
  question() {}
  /** Show the first answer of a run. */
  begin(_answer) {}
  show(_answer) {}
  redraw() {}

  // --- what they share ---
  /** An answer, or null after saying what is wrong. */
  async answer(request) {
    const played = this.playing;
    const answer = await patiently(() => this.tab.ask(request), {
      wanted: () => !played || this.playing,
      waiting: (words) => this.tab.say(words),
    });
    if (!answer.error) return answer;
    this.tab.say(answer.error);
    this.pause();
    if (answer.expired) this.id = null;
    return null;
  }
  ask(request) {
    return this.inTurn(request);
  }
  pause() {
    this.playing = false;
    this.ui.text(".play", "Play");
    this.ui.press(".play", () => false);
  }
  async play() {
    if (this.playing || !(await this.ready())) return;
    this.playing = true;
    this.ui.text(".play", "Pause");
    this.ui.press(".play", () => true);
    this.tab.say("");
    const mine = Symbol(this.name);
    this.turn = mine;
    while (this.playing && this.turn === mine) {
      if (document.visibilityState !== "visible" || !this.inSight || this.section.hidden) {
        await sleep(250);
        continue;
      }
      const answer = await this.ask(this.question());
      if (!answer || this.turn !== mine) break;
      this.show(answer);
      if (answer.over) {
        this.tab.say(answer.over);
        this.pause();
      } else await (this.rest ? sleep(this.rest) : nextFrame());
    }
  }
  /** Whether there is a run, perhaps a new one. */
  async ready() {
    return this.id ? true : this.restart();
  }
  async restart() {
    this.leave();
    this.tab.say("");
    const turn = this.beginnings;
    const answer = await this.ask(this.opening());
    if (!answer) return false;
    if (turn !== this.beginnings) {
      this.ask({ ask: "leave", ids: [answer.id] }); // something else was begun meanwhile
      return false;
    }
    this.id = answer.id;
    this.times = [];
    this.begin(answer);
    return true;
  }
  async restartAndPlay() {
    if (await this.restart()) this.play();
  }
  /** Begin anew, and go on playing if it played. */
  async again() {
    const played = this.playing;
    if ((await this.restart()) && played) this.play();
  }
  /** One step, or an update of one network; a slow server answers before the step is over, and is asked again. */
  async once(changes) {
    this.pause();
    if (!(await this.ready())) return;
    const { id, step } = this;
    let answer;
    do {
      answer = await this.ask({ ...this.question(), steps: 1, ...changes });
      if (answer) this.show(answer);
    } while (answer && !answer.over && !changes.only && this.id === id && this.step === step && !this.playing);
  }
  /** Stop, and have the server forget the run too. */
  leave() {
    const old = this.id;
    this.forget();
    if (old) this.ask({ ask: "leave", ids: [old] });
  }
  /** Stop, and let go of the run. */
  forget() {
    this.pause();
    this.beginnings += 1;
    this.turn = null;
    this.id = null;
  }
  report(frame, waited, extra = "") {
    const now = performance.now();
    this.times = [...this.times.filter((t) => now - t < 3000), now];
    const pictures = this.times.length > 1 ? ((this.times.length - 1) * 1000) / (now - this.times[0]) : 0;
    const crowd = waited > 0.15 ? ` · waited ${waited.toFixed(1)} s for others` : "";
    const steps = `step ${frame.step.toLocaleString("en")} · ${Math.round(frame.rate)} steps a second of computing`;
    this.tab.status(`${steps} · ${pictures.toFixed(1)} pictures a second${extra}${crowd}`);
    this.step = frame.step;
    this.ui.text(".step", frame.step.toLocaleString("en"));
    for (const chart of this.charts) chart.add(frame);
  }
  /** A number, marked as good (full) or bad (poor). */
  put(name, words, mark = "") {
    this.ui.text(`.${name}`, words);
    this.ui.$(`.${name}`).className = `${name} ${mark}`;
  }
}
