const root = element.querySelector(".game");
const $ = (s) => root.querySelector(s), $$ = (s) => [...root.querySelectorAll(s)];
const ROUNDS = 10, NAME = "real-or-fake";
const link = window.GA.read(NAME);
const fresh = () => Math.floor(Math.random() * 1e6);
const state = {
  seed: /^\d{1,10}$/.test(link.seed ?? "") ? +link.seed % 2147483648 : fresh(),
  guesses: [], at: 0, look: link.look === "smooth" ? "smooth" : "pixels", pair: 0,
};
let game = null, told = null, busy = false;

// The guesses of this visit, so that a reload goes on where one was; they stay in this browser.
const kept = {
  key: () => "ga-real-or-fake-" + state.seed,
  read() { try { return [...(sessionStorage.getItem(kept.key()) || "")].map(Number).filter((g) => g === 0 || g === 1).slice(0, ROUNDS); } catch { return []; } },
  write() { try { sessionStorage.setItem(kept.key(), state.guesses.join("")); } catch { /* private windows may refuse */ } },
};
function remember() {
  window.GA.write(NAME, state.look === "smooth" ? { seed: state.seed, look: "smooth" } : { seed: state.seed });
}
async function ask(request) {
  const answer = await window.GA.ask("game", { seed: state.seed, ...request });
  $(".error").textContent = answer.error || "";
  if (!answer.error) $(".facts").textContent = answer.facts;
  else root.dataset.state = "error";
  return answer.error ? null : answer;
}
function place(glyph, round, side) {
  glyph.style.setProperty("--ink", `url(${game[state.look]})`);
  glyph.style.setProperty("--at", `${side * 100}% ${(round * 100) / (ROUNDS - 1)}%`);
}
const SIDE = ["Left", "Right"];

// --- a round --------------------------------------------------------------------------------------------------------
function show() {
  const round = told?.rounds[state.at];
  root.classList.toggle("as-pixels", state.look === "pixels");
  root.classList.toggle("revealed", !!round);
  $$(".looks button").forEach((b) => b.setAttribute("aria-pressed", b.dataset.look === state.look));
  $(".play").hidden = state.at >= ROUNDS; $(".result").hidden = state.at < ROUNDS;
  root.dataset.round = state.at;
  if (state.at >= ROUNDS) return summary();
  const { ask: question, names } = game.rounds[state.at];
  $(".ask").textContent = question;
  $(".tally").innerHTML = `You <b>${told?.you ?? 0}</b> · Critic <b>${told?.critic ?? 0}</b>`;
  $$(".choice").forEach((button, side) => {
    place(button.querySelector(".glyph"), state.at, side);
    const real = round && side === round.real;
    button.classList.toggle("real", !!round && real); button.classList.toggle("fake", !!round && !real);
    button.classList.toggle("mine", !!round && round.guess === side);
    const who = round ? (real ? "By a person" : "By the network") : "";
    button.querySelector(".who").innerHTML = who + (round?.guess === side ? "<small>your choice</small>" : "");
    button.setAttribute("aria-label", `${SIDE[side]}: ${names[side]}${who ? ". " + who : ""}`);
    if (round) button.setAttribute("aria-disabled", "true"); else button.removeAttribute("aria-disabled");
  });
  $(".verdict").textContent = round ? round.said : "";
  $(".hint").hidden = !!round;
  $(".next").hidden = !round;
  $(".next").textContent = state.at === ROUNDS - 1 ? "See the result" : "Next pair";
  if (round) {
    $(".bar").style.setProperty("--from", `${Math.min(0.5, 1 - round.left) * 100}%`);
    $(".bar").style.setProperty("--to", `${Math.min(0.5, round.left) * 100}%`);
  }
}
async function guess(side) {
  if (busy || !game || state.at >= ROUNDS || told?.rounds[state.at]) return;
  busy = true;
  const guesses = [...state.guesses.slice(0, state.at), side];
  const answer = await ask({ ask: "answers", guesses });
  busy = false;
  if (!answer) return;
  root.dataset.state = "ready";
  state.guesses = guesses; told = answer;
  kept.write(); remember(); show();
  $(".next").focus({ preventScroll: true });
}
function next() {
  state.at += 1; show();
  if (state.at < ROUNDS) $(".choice").focus({ preventScroll: true });
  else { $(".outcome").focus({ preventScroll: true }); root.scrollIntoView({ block: "start" }); }
}
async function start(seed, again = false) {
  if (busy) return;
  busy = true; state.seed = seed;
  const dealt = await ask({ ask: "deal" });
  const guesses = again ? [] : kept.read();
  const answer = dealt && guesses.length ? await ask({ ask: "answers", guesses }) : null;
  busy = false;
  if (!dealt) return;
  game = dealt; told = answer; state.guesses = answer ? guesses : []; state.pair = 0;
  state.at = answer ? Math.min(guesses.length, ROUNDS) : 0;
  if (again) kept.write();
  root.dataset.state = "ready"; root.dataset.seed = seed;
  show();
}

// --- afterwards -----------------------------------------------------------------------------------------------------
const mark = (right) => right > 0 ? '<td class="yes"><span aria-label="right">✓</span></td>' : right < 0 ? '<td class="no"><span aria-label="wrong">✗</span></td>' : '<td class="mute"><span aria-label="silent">–</span></td>';
function summary() {
  $(".outcome").textContent = told.outcome; $(".comment").textContent = told.comment;
  const heads = told.rounds.map((_, i) => `<th scope="col"><button type="button" data-pair="${i}"><span class="glyph"></span><span class="glyph"></span></button></th>`);
  $(".matrix thead tr").innerHTML = `<td><span class="rowname"><span>Person</span><span>Network</span></span></td>` + heads.join("");
  const rows = [["You", told.rounds.map((r) => (r.guess === r.real ? 1 : -1))], ["Critic", told.rounds.map((r) => (r.critic === r.real ? 1 : -1))], ["Ruler, fog", told.both]];
  $(".matrix tbody").innerHTML = rows.map(([name, marks]) =>
    `<tr><th scope="row">${name} <span class="sum">${marks.filter((m) => m > 0).length}</span></th>${marks.map(mark).join("")}</tr>`).join("");
  $$(".matrix button").forEach((button, i) => {
    const { real } = told.rounds[i];
    button.querySelectorAll(".glyph").forEach((glyph, k) => place(glyph, i, k === 0 ? real : 1 - real));
    button.setAttribute("aria-label", `Pair ${i + 1}: ${game.rounds[i].names[real]} by a person; ${game.rounds[i].names[1 - real]} by the network`);
    button.onclick = () => { state.pair = i; closer(); };
  });
  closer();
}
function closer() {
  const i = state.pair, { real } = told.rounds[i];
  $$(".matrix button").forEach((b, k) => b.setAttribute("aria-pressed", k === i));
  $$(".closer .glyph").forEach((glyph, k) => {
    const side = k === 0 ? real : 1 - real;
    place(glyph, i, side); glyph.setAttribute("aria-label", game.rounds[i].names[side]);
  });
  $(".tells ul").innerHTML = told.tells.map((tell) => {
    const [person, network, right] = tell.pairs[i];
    const said = right > 0 ? "points at the person: right" : right < 0 ? "points at the network: wrong" : "says nothing here";
    return `<li class="${right > 0 ? "yes" : right < 0 ? "no" : ""}"><p><b>${tell.title}</b> ${said}</p>
      <p class="here">${tell.unit}: <span class="real">person ${person}</span>, <span class="fake">network ${network}</span></p>
      <p>${tell.why}</p><p class="quiet">${tell.reliable} ${tell.fared}</p></li>`;
  }).join("");
}

$$(".choice").forEach((button, side) => button.addEventListener("click", () => guess(side)));
$(".next").addEventListener("click", next);
$$(".looks button").forEach((b) => b.addEventListener("click", () => { state.look = b.dataset.look; if (game) { remember(); show(); } }));
$(".again").addEventListener("click", () => start(fresh(), true).then(() => { remember(); $(".choice").focus({ preventScroll: true }); }));
$(".retry").addEventListener("click", () => start(state.seed, true).then(() => $(".choice").focus({ preventScroll: true })));
$(".share").addEventListener("click", (e) => { remember(); window.GA.copyLink(e.target); });
document.addEventListener("keydown", (event) => {
  const side = ["ArrowLeft", "ArrowRight"].indexOf(event.key), focus = document.activeElement;
  if (side < 0 || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey || !root.isConnected || !root.offsetParent) return;
  if (focus && focus !== document.body && !root.contains(focus)) return;  // arrows belong to whatever has the focus
  if (state.at >= ROUNDS || told?.rounds[state.at]) return;
  event.preventDefault(); guess(side);
});
start(state.seed);
