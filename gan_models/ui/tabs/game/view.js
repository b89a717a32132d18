import { html, listenWhile, within } from "../../lib/dom.js";
import * as link from "../../lib/link.js";
import { dice, TOP } from "../../lib/numbers.js";
import { connect } from "../../lib/rpc.js";
import { show as showFrame } from "../../lib/sprite_sheet.js";

const ROUNDS = 10;
const NAME = "real-or-fake";
const SIDES = ["Left", "Right"];
const LOOKS = ["pixels", "smooth"];

// The guesses of this visit, so that a reload goes on where one was; they stay in this browser.
const memory = {
  key: (seed) => `ga-${NAME}-${seed}`,
  read(seed) {
    try {
      return [...(sessionStorage.getItem(memory.key(seed)) ?? "")].map(Number).filter((g) => g === 0 || g === 1);
    } catch {
      return [];
    }
  },
  write(seed, guesses) {
    try {
      sessionStorage.setItem(memory.key(seed), guesses.join(""));
    } catch {
      // private windows may refuse
    }
  },
};

const MARKS = { 1: ["yes", "right", "✓"], [-1]: ["no", "wrong", "✗"], 0: ["mute", "silent", "–"] };

function mark(right) {
  const [kind, words, sign] = MARKS[right];
  return html`<td class="${kind}"><span aria-label="${words}">${sign}</span></td>`;
}

function row(name, marks) {
  return html`<tr><th scope="row">${name} <span class="sum">${marks.filter((m) => m > 0).length}</span></th>
    ${marks.map(mark)}</tr>`;
}

function tellOf({ pairs, title, unit, why, reliable, fared }, pair) {
  const [person, network, right] = pairs[pair];
  const said = { 1: "points at the person: right", [-1]: "points at the network: wrong", 0: "says nothing here" }[
    right
  ];
  return html`<li class="${{ 1: "yes", [-1]: "no", 0: "" }[right]}"><p><b>${title}</b> ${said}</p>
    <p class="here">${unit}: <span class="real">person ${person}</span>, <span class="fake">network ${network}</span></p>
    <p>${why}</p><p class="quiet">${reliable} ${fared}</p></li>`;
}

export function start(element) {
  const ui = within(element.querySelector(".game"));
  const { root, $, $$, on, pick, fill, text, hide, press, say } = ui;
  const server = connect("game");
  const asked = link.read(NAME);
  let seed = /^\d{1,10}$/.test(asked.seed ?? "") ? Number(asked.seed) % (TOP + 1) : dice(1e6);
  let look = LOOKS.includes(asked.look) ? asked.look : "pixels";
  let guesses = [];
  let at = 0;
  let pair = 0; // of the result, the one that is explained
  let game = null; // what was dealt
  let told = null; // what came of the guesses
  let busy = false;

  const remember = () => link.write(NAME, look === "smooth" ? { seed, look } : { seed });
  const focus = (selector) => $(selector).focus({ preventScroll: true });

  /** An answer, or null after saying what is wrong. */
  async function ask(request) {
    const answer = await server({ seed, ...request });
    say(answer.error);
    if (answer.error) root.dataset.state = "error";
    else text(".facts", answer.facts);
    return answer.error ? null : answer;
  }

  const place = (glyph, round, side) =>
    showFrame(glyph, { url: game[look], columns: 2, rows: ROUNDS }, 2 * round + side);

  // --- a round ---
  function show() {
    const round = told?.rounds[at];
    const over = at >= ROUNDS;
    root.classList.toggle("as-pixels", look === "pixels");
    root.classList.toggle("revealed", Boolean(round));
    press(".looks button", (b) => b.dataset.look === look);
    hide(".play", over);
    hide(".result", !over);
    root.dataset.round = at;
    if (over) return showResult();
    text(".ask", game.rounds[at].ask);
    fill(".tally", html`You <b>${told?.you ?? 0}</b> · Critic <b>${told?.discriminator ?? 0}</b>`);
    $$(".choice").forEach((button, side) => showChoice(button, side, round));
    text(".verdict", round?.said);
    hide(".hint", Boolean(round));
    hide(".next", !round);
    text(".next", at === ROUNDS - 1 ? "See the result" : "Next pair");
    if (round) {
      $(".bar").style.setProperty("--from", `${Math.min(0.5, 1 - round.left) * 100}%`);
      $(".bar").style.setProperty("--to", `${Math.min(0.5, round.left) * 100}%`);
    }
  }

  function showChoice(button, side, round) {
    place(button.querySelector(".glyph"), at, side);
    const who = round ? (side === round.real ? "By a person" : "By the network") : "";
    const mine = round?.guess === side;
    button.classList.toggle("real", side === round?.real);
    button.classList.toggle("fake", Boolean(round) && side !== round.real);
    button.classList.toggle("mine", mine);
    button.querySelector(".who").innerHTML = String(html`${who}${mine ? html`<small>your choice</small>` : ""}`);
    button.setAttribute("aria-label", `${SIDES[side]}: ${game.rounds[at].names[side]}${who && `. ${who}`}`);
    if (round) button.setAttribute("aria-disabled", "true");
    else button.removeAttribute("aria-disabled");
  }

  async function guess(side) {
    if (busy || !game || at >= ROUNDS || told?.rounds[at]) return;
    busy = true;
    const made = [...guesses.slice(0, at), side];
    const answer = await ask({ ask: "answers", guesses: made });
    busy = false;
    if (!answer) return;
    root.dataset.state = "ready";
    guesses = made;
    told = answer;
    memory.write(seed, guesses);
    remember();
    show();
    focus(".next");
  }

  function next() {
    at += 1;
    show();
    if (at < ROUNDS) return focus(".choice");
    focus(".outcome");
    root.scrollIntoView({ block: "start" });
  }

  /** Deal the pairs of a seed; goes on where this visitor was, unless it is to begin again. */
  async function deal(of, again = false) {
    if (busy) return;
    busy = true;
    seed = of;
    const dealt = await ask({ ask: "deal" });
    const made = again ? [] : memory.read(seed).slice(0, ROUNDS);
    const answer = dealt && made.length ? await ask({ ask: "answers", guesses: made }) : null;
    busy = false;
    if (!dealt) return;
    game = dealt;
    told = answer;
    guesses = answer ? made : [];
    at = guesses.length;
    pair = 0;
    if (again) memory.write(seed, guesses);
    root.dataset.state = "ready";
    root.dataset.seed = seed;
    show();
  }

  // --- afterwards ---
  function showResult() {
    text(".outcome", told.outcome);
    text(".comment", told.comment);
    const score = (by) => told.rounds.map((r) => (r[by] === r.real ? 1 : -1));
    const head = (_, i) => html`<th scope="col"><button type="button" data-pair="${i}"><span class="glyph"></span>
      <span class="glyph"></span></button></th>`;
    fill(".matrix thead tr", [
      html`<td><span class="rowname"><span>Person</span><span>Network</span></span></td>`,
      told.rounds.map(head),
    ]);
    fill(".matrix tbody", [
      row("You", score("guess")),
      row("Critic", score("discriminator")),
      row("Ruler, fog", told.both),
    ]);
    $$(".matrix button").forEach((button, i) => {
      const { real } = told.rounds[i];
      const { names } = game.rounds[i];
      button.querySelectorAll(".glyph").forEach((glyph, k) => place(glyph, i, k === 0 ? real : 1 - real));
      button.setAttribute("aria-label", `Pair ${i + 1}: ${names[real]} by a person; ${names[1 - real]} by the network`);
    });
    showPair();
  }

  function showPair() {
    const { real } = told.rounds[pair];
    press(".matrix button", (_, i) => i === pair);
    $$(".closer .glyph").forEach((glyph, k) => {
      const side = k === 0 ? real : 1 - real;
      place(glyph, pair, side);
      glyph.setAttribute("aria-label", game.rounds[pair].names[side]);
    });
    fill(
      ".tells ul",
      told.tells.map((tell) => tellOf(tell, pair)),
    );
  }

  on(".choice", "click", (_, _button, side) => guess(side));
  on(".next", "click", next);
  pick(".matrix", (button) => {
    pair = Number(button.dataset.pair);
    showPair();
  });
  pick(".looks", (button) => {
    look = button.dataset.look;
    if (!game) return;
    remember();
    show();
  });
  on(".again", "click", async () => {
    await deal(dice(1e6), true);
    remember();
    focus(".choice");
  });
  on(".retry", "click", async () => {
    await deal(seed, true);
    focus(".choice");
  });
  link.shares(ui, remember);
  listenWhile(root, document, "keydown", (event) => {
    const side = ["ArrowLeft", "ArrowRight"].indexOf(event.key);
    const focused = document.activeElement;
    if (side < 0 || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey || !ui.visible()) return;
    if (focused && focused !== document.body && !root.contains(focused)) return; // arrows belong to what has the focus
    if (at >= ROUNDS || told?.rounds[at]) return;
    event.preventDefault();
    guess(side);
  });
  deal(seed);
}
