const STYLES = @STYLES@;
const root = element.querySelector(".digits");
const $ = (s) => root.querySelector(s), $$ = (s) => [...root.querySelectorAll(s)];
const link = window.GA.read("digits");
const whole = (v, low, high, other) => (/^\d+$/.test(v ?? "") && +v >= low && +v <= high ? +v : other);
const state = {
  view: ["number", "hands", "wall", "morph"].includes(link.view) ? link.view : "number",
  text: link.n ?? "1990", seed: whole(link.seed, 0, 2147483647, 7), digit: whole(link.digit, 0, 9, 4),
  from: whole(link.from, 0, 9, 3), to: whole(link.to, 0, 9, 8), mix: 0.5, raw: link.raw === "1", model: "digits",
  amounts: STYLES.map((_, i) => Math.max(-3, Math.min(3, Number((link.style || "").split(",")[i]) || 0))),
};
let frames = null, player = null;

function request() {
  return { view: state.view, text: state.text, seed: state.seed, digit: state.digit, from: state.from, to: state.to,
    amounts: state.amounts, raw: state.raw, model: state.model };
}
const ink = (url) => `--ink:url(${url})`;
const percent = (p) => Math.round(p * 100) + " %";

function tile(t, wanted) {
  const right = t.reads === wanted || wanted === null;
  return `<figure class="tile"><span class="glyph" role="img" aria-label="a handwritten ${wanted ?? t.reads}" style="${ink(t.url)}"></span>
    <figcaption><span class="reads ${right ? "" : "wrong"}">reads as <b>${t.reads}</b>, ${percent(t.sure)}</span>
    <span class="bar" aria-hidden="true"><i style="width:${t.real * 100}%"></i></span>looks real: ${percent(t.real)}</figcaption></figure>`;
}
function frame(k) {
  if (!frames) return;
  const i = Math.max(0, Math.min(frames.length - 1, Math.round(k * (frames.length - 1))));
  $(".tiles").innerHTML = tile(frames[i], null);
}
function show(answer, asked) {
  $(".error").textContent = answer.error || "";
  root.dataset.answers = 1 + Number(root.dataset.answers || 0);
  if (answer.error) { root.dataset.state = "error"; return; }
  root.dataset.state = "ready";
  $(".fallback").textContent = answer.notice || "";
  $(".facts").textContent = answer.facts;
  $(".verdict").textContent = answer.verdict;
  const sheet = $(".sheet"), tiles = $(".tiles"), columns = asked.view === "wall" ? 10 : 4;
  root.classList.toggle("raw-pixels", asked.raw);
  root.classList.toggle("one", asked.view === "morph");
  $(".board").hidden = !answer.sheet; tiles.hidden = !!answer.sheet;
  frames = answer.frames || null;
  if (answer.sheet) {
    sheet.setAttribute("style", ink(answer.sheet)); sheet.setAttribute("aria-label", answer.alt);
    $(".cells").style.setProperty("--cells", columns);
    $(".cells").innerHTML = answer.seeds.map((s) => `<button type="button" data-seed="${s}" title="Write with hand no. ${s}" aria-label="Write with hand no. ${s}"></button>`).join("");
  } else if (frames) {
    frame(state.mix);
  } else {
    const n = answer.tiles.length;
    tiles.style.setProperty("--cols", n <= 6 ? n : n <= 8 ? 4 : 6);
    tiles.style.setProperty("--narrow", n <= 4 ? n : n <= 6 ? 3 : 4);
    tiles.innerHTML = answer.tiles.map((t) => tile(t, t.label)).join("");
  }
}
const send = window.GA.latest((r) => window.GA.ask("digits", { ask: "paint", ...r }), show);

function update(remember = true) {
  $$(".views button").forEach((b) => b.setAttribute("aria-pressed", b.dataset.view === state.view));
  $$(".for").forEach((f) => { f.hidden = !f.classList.contains(state.view); });
  $$(".pick button").forEach((b) => b.setAttribute("aria-pressed", +b.dataset.digit === state.digit));
  if ($(".text").value !== state.text) $(".text").value = state.text;
  $(".seed").value = state.seed; $(".from").value = state.from; $(".to").value = state.to; $(".rawbox").checked = state.raw;
  $$(".styles input").forEach((s, i) => { s.value = state.amounts[i]; s.nextElementSibling.value = Number(state.amounts[i]).toFixed(1); });
  if (remember) {
    const values = { view: state.view, n: state.text, seed: state.seed };
    if (state.view === "hands") values.digit = state.digit;
    if (state.view === "morph") Object.assign(values, { from: state.from, to: state.to });
    if (state.amounts.some(Boolean)) values.style = state.amounts.map((a) => +(+a).toFixed(2)).join(",");
    if (state.raw) values.raw = 1;
    window.GA.write("digits", values);
  }
  if (state.view !== "morph") stop();
  send(request());
}
function stop() { if (player) { cancelAnimationFrame(player); player = null; $(".play").textContent = "Play"; } }
function play() {
  if (player) return stop();
  $(".play").textContent = "Pause";
  const begin = performance.now();
  const step = (now) => {
    const turn = ((now - begin) / 2600) % 2;
    state.mix = turn < 1 ? turn : 2 - turn;
    $(".mix").value = state.mix; frame(state.mix);
    player = requestAnimationFrame(step);
  };
  player = requestAnimationFrame(step);
}
const dice = (n) => Math.floor(Math.random() * n);

$(".styles").innerHTML = STYLES.map((s) => `<label><span>${s.label}</span><input type="range" min="-3" max="3" step="0.05" value="0"
  aria-label="${s.label}: ${s.low} to ${s.high}" title="${s.low} to ${s.high}"><output>0.0</output></label>`).join("");
$(".pick").innerHTML = [...Array(10).keys()].map((d) => `<button type="button" data-digit="${d}" aria-pressed="false">${d}</button>`).join("");
$(".from").innerHTML = $(".to").innerHTML = [...Array(10).keys()].map((d) => `<option>${d}</option>`).join("");

$$(".views button").forEach((b) => b.addEventListener("click", () => { state.view = b.dataset.view; update(); }));
$$(".pick button").forEach((b) => b.addEventListener("click", () => { state.digit = +b.dataset.digit; update(); }));
$(".text").addEventListener("input", (e) => { state.text = e.target.value; update(); });
$(".seed").addEventListener("change", (e) => { state.seed = whole(e.target.value, 0, 2147483647, state.seed); update(); });
$$(".styles input").forEach((s, i) => s.addEventListener("input", () => { state.amounts[i] = +s.value; update(); }));
$(".reset").addEventListener("click", () => { state.amounts = STYLES.map(() => 0); update(); });
$(".rawbox").addEventListener("change", (e) => { state.raw = e.target.checked; update(); });
$(".from").addEventListener("change", (e) => { state.from = +e.target.value; update(); });
$(".to").addEventListener("change", (e) => { state.to = +e.target.value; update(); });
$(".mix").addEventListener("input", (e) => { stop(); state.mix = +e.target.value; frame(state.mix); });
$(".play").addEventListener("click", play);
$(".which").addEventListener("change", (e) => { state.model = e.target.value; $(".facts").textContent = "fetching…"; update(); });
$(".share").addEventListener("click", (e) => window.GA.copyLink(e.currentTarget));
$(".surprise").addEventListener("click", () => {
  state.seed = dice(1e6);
  state.amounts = STYLES.map(() => (Math.random() < 0.6 ? Math.round((Math.random() * 4 - 2) * 20) / 20 : 0));
  if (state.view === "hands") state.digit = dice(10);
  if (state.view === "morph") { state.from = dice(10); state.to = (state.from + 1 + dice(9)) % 10; }
  update();
});
$(".download").addEventListener("click", async () => {
  const answer = await window.GA.ask("digits", { ask: "print", ...request(), mix: state.mix });
  if (answer.error) { $(".error").textContent = answer.error; return; }
  window.GA.save(answer.url, answer.name);
});
$(".cells").addEventListener("click", (e) => {
  const cell = e.target.closest("button");
  if (!cell) return;
  state.seed = +cell.dataset.seed; state.view = "number"; update();
});
update(location.hash.startsWith("#digits"));
