const MODELS = @MODELS@, FRAMES = 25, LIMIT = 3, MOST = 16 * 2 ** 20;
const root = element.querySelector(".sampling");
const $ = (s) => root.querySelector(s), $$ = (s) => [...root.querySelectorAll(s)];
const link = window.GA.read("sample");
const clamp = (v, low, high) => Math.max(low, Math.min(high, v));
const whole = (v, low, high, other) => (/^\d+$/.test(v ?? "") && +v >= low && +v <= high ? +v : other);
const dice = (n) => Math.floor(Math.random() * n);
const percent = (p) => Math.round(p * 100) + " %";
const copy = (value) => JSON.parse(JSON.stringify(value));

// The state is small and plain, so undo keeps whole copies of it.
let state = {
  model: link.m in MODELS ? link.m : Object.keys(MODELS)[0], label: whole(link.n, 0, 9, 3),
  walk: (link.w || "").split(".").filter((k) => /^\d+$/.test(k) && +k < 16).map(Number).slice(0, 64),
};
let toy = null;  // {key, name, data, classes, sliders, recipe, steps}: the GAN that a visitor opened
const about = () => (state.model === "toy" ? toy : MODELS[state.model]);
const ordinary = () => about()?.truncation || 1;  // where a model's pictures are at their best
state.seed = whole(link.seed, 0, 2147483647, about()?.seed ?? 7);
state.truncation = clamp(Number(link.t) || ordinary(), 0.3, 1.2);
state.amounts = about().sliders.map((_, i) => clamp(Number((link.s || "").split(",")[i]) || 0, -LIMIT, LIMIT));
let locked = new Set(), past = [], held = null, strips = new Map();
const kept = { a: null, b: null };
let film = null, player = null, soon = null;

const point = () => ({ seed: state.seed, label: state.label, truncation: state.truncation, amounts: state.amounts, walk: state.walk });
const which = () => (state.model === "toy" ? { model: "toy", key: toy.key } : { model: state.model });
async function ask(request) {
  let answer = await window.GA.ask("sample", request);
  if (answer.expired && request.model === "toy" && toy) {  // the server forgot it; the page has not
    await window.GA.ask("sample", { ask: "toy" }, { data: toy.data });
    answer = await window.GA.ask("sample", request);
  }
  return answer;
}

// --- pictures: ink is a mask the page tints; frame k of a sheet is a place in it ---
function put(box, url, columns = 1, k = 0) {
  const ink = !/^data:image\/jpe?g/.test(url);
  box.classList.toggle("inked", ink); box.classList.toggle("photo", !ink);
  if (box.dataset.url !== url) { box.style.setProperty("--ink", `url(${url})`); box.dataset.url = url; }
  turn(box, columns, k);
}
function turn(box, columns, k) {
  const step = columns > 1 ? 100 / (columns - 1) : 0;
  box.style.setProperty("--grid", `${columns * 100}% ${columns * 100}%`);
  box.style.setProperty("--at", columns > 1 ? `${(k % columns) * step}% ${Math.floor(k / columns) * step}%` : "center");
  box.dataset.frame = k;
}
const loaded = (url) => { const image = new Image(); image.src = url; return image.decode().catch(() => {}); };

function show(answer, asked) {
  $(".error").textContent = answer.error || "";
  root.dataset.answers = 1 + Number(root.dataset.answers || 0);
  root.dataset.state = answer.error ? "error" : "ready";
  if (answer.error || held !== null) return;  // a hand on a slider knows better than an old answer
  if (JSON.stringify(asked.point) !== JSON.stringify(point())) return;
  const picture = $(".picture");
  put(picture, answer.url);
  picture.dataset.from = "exact";
  picture.setAttribute("aria-label", answer.sees ? `A face that does not exist; the classifier sees: ${answer.sees}` : answer.reads == null ? "The picture at this place" : `A handwritten digit; the judge reads ${answer.reads}`);
  $(".facts").textContent = answer.facts;
  $(".real").hidden = answer.real == null;
  if (answer.real != null) { $(".says").innerHTML = `looks real: <b>${percent(answer.real)}</b>`; $(".bar i").style.width = answer.real * 100 + "%"; }
  $(".reads").innerHTML = answer.sees ? `the classifier sees <b>${answer.sees}</b>` : answer.reads == null ? "" : `the judge reads <b>${answer.reads}</b>, ${percent(answer.sure)} sure`;
  clearTimeout(soon);
  if ($(".inside").open) dissect();
  soon = setTimeout(() => around({ ask: "neighbours", ...which(), point: copy(point()) }), 120);  // once the hand rests
}
const look = window.GA.latest(ask, show);
const around = window.GA.latest(ask, (answer, asked) => {
  if (JSON.stringify(asked.point) !== JSON.stringify(point())) return;
  $(".sheet").classList.toggle("busy", !!answer.error);
  if (answer.error) { $(".error").textContent = answer.error; return; }
  put($(".sheet"), answer.url);
  root.dataset.around = 1 + Number(root.dataset.around || 0);
});
function update(remember = true) {
  $(".model").value = state.model; $(".toybox").hidden = state.model !== "toy"; $(".seed").value = state.seed;
  $$(".pick button").forEach((b) => b.setAttribute("aria-pressed", +b.dataset.digit === state.label));
  $(".undo").disabled = !past.length;
  $(".walked").textContent = state.walk.length ? `${state.walk.length} ${state.walk.length === 1 ? "step" : "steps"} from the seed` : "";
  $(".share").disabled = state.model === "toy";
  $(".share").title = state.model === "toy" ? "A toy lives in its file; a link cannot carry it." : "";
  $$(".sliders .knob").forEach((row, i) => value(row, i ? state.amounts[i - 1] : state.truncation));
  if (remember) {
    const values = { m: state.model, seed: state.seed, n: state.label };
    if (state.truncation !== ordinary()) values.t = +state.truncation.toFixed(2);
    if (state.amounts.some(Boolean)) values.s = state.amounts.map((a) => +(+a).toFixed(2)).join(",");
    if (state.walk.length) values.w = state.walk.join(".");
    window.GA.write("sample", state.model === "toy" ? {} : values);
  }
  if (state.model === "toy" && !toy) return;
  look({ ask: "look", ...which(), point: copy(point()) });
}
function remember() { past.push(copy(state)); if (past.length > 100) past.shift(); }
function change(values) { remember(); Object.assign(state, values); update(); }

// --- sliders: the first touch asks for a strip of frames, the hand leafs through it, letting go asks for the exact picture ---
const lock = '<svg viewBox="0 0 16 16" aria-hidden="true"><rect x="3" y="7" width="10" height="7" rx="1.5"/><path class="bow" d="M5.2 7V4.8a2.8 2.8 0 0 1 5.6 0V7"/></svg>';
function value(row, v) {
  if (held !== row) row.querySelector("input").value = v;
  row.querySelector("output").value = Number(v).toFixed(row.classList.contains("even") ? 2 : 1);
}
function knob(label, title, low, high, step, lockable) {
  return `<div class="knob ${lockable ? "" : "even"}"><span>${label}</span><input type="range" min="${low}" max="${high}" step="${step}" aria-label="${label}: ${title}" title="${title}">
    <output></output>${lockable ? `<button type="button" aria-pressed="false" aria-label="Lock ${label}" title="Surprise me leaves it alone">${lock}</button>` : ""}</div>`;
}
function build() {
  const { sliders, classes } = about();
  $(".classes").hidden = !classes;
  $(".inside").hidden = !Object.keys(about().concepts || {}).length;
  $(".modelnote").textContent = about().note || ""; $(".modelnote").hidden = !about().note;
  $(".sliders").innerHTML = knob("Truncation", "ordinary to unusual", 0.3, 1.2, 0.01, false)
    + sliders.map((s) => knob(s.label, `${s.low} to ${s.high}`, -LIMIT, LIMIT, 0.05, true)).join("");
  $$(".sliders .knob").forEach((row, i) => {
    const input = row.querySelector("input");
    if (!i) {  // truncation is not a direction: it asks for every picture, the newest first
      let moving = false;
      input.addEventListener("input", () => { if (!moving) remember(); moving = true; state.truncation = +input.value; update(); });
      input.addEventListener("change", () => { moving = false; });
      return;
    }
    const touch = () => { if (held === row) return; remember(); held = row; strip(i - 1); };
    const release = () => { if (held !== row) return; held = null; if (JSON.stringify(past.at(-1)) === JSON.stringify(state)) past.pop(); update(); };
    let hovering = null;  // a hand that rests on a slider is about to move it
    input.addEventListener("pointerenter", () => { hovering = setTimeout(() => strip(i - 1), 80); });
    input.addEventListener("pointerleave", () => clearTimeout(hovering));
    input.addEventListener("pointerdown", touch);
    input.addEventListener("input", () => { touch(); state.amounts[i - 1] = +input.value; value(row, input.value); leaf(i - 1); });
    input.addEventListener("change", release);
    input.addEventListener("pointerup", () => setTimeout(release, 0));
    input.addEventListener("pointercancel", release);
    const button = row.querySelector("button");
    button.setAttribute("aria-pressed", locked.has(i - 1));
    button.addEventListener("click", () => {
      locked.has(i - 1) ? locked.delete(i - 1) : locked.add(i - 1);
      button.setAttribute("aria-pressed", locked.has(i - 1));
    });
  });
}
function stripKey(i) { return JSON.stringify([which(), { ...point(), amounts: state.amounts.map((a, k) => (k === i ? null : a)) }, i]); }
async function strip(i) {
  const key = stripKey(i);
  if (strips.has(key)) return;
  strips.set(key, null);
  if (strips.size > 12) strips.delete(strips.keys().next().value);
  const answer = await ask({ ask: "strip", ...which(), point: copy(point()), slider: i });
  if (answer.error) { strips.delete(key); $(".error").textContent = answer.error; return; }
  await loaded(answer.url);
  strips.set(key, answer.url);
  if (held === $$(".sliders .knob")[i + 1]) leaf(i);
}
function leaf(i) {
  const url = strips.get(stripKey(i));
  if (!url) return;
  const picture = $(".picture");
  put(picture, url, 5, Math.round(((state.amounts[i] + LIMIT) / (2 * LIMIT)) * (FRAMES - 1)));
  picture.dataset.from = "strip";
}

// --- inside the generator: units of one layer that draw something, turned down or up ---
const gains = {};
let shown = "";
const dissect = () => { if (!$(".inside").hidden) inside({ ask: "inside", ...which(), point: copy(point()), gains: { ...gains }, shown }); };
const inside = window.GA.latest(ask, (answer) => {
  $(".inerror").textContent = answer.error || "";
  if (answer.error) return;
  put($(".after"), answer.url);
  $(".veil").style.backgroundImage = answer.veil ? `url(${answer.veil})` : "none";
  $(".insees").innerHTML = `the classifier now sees <b>${answer.sees}</b>`;
  root.dataset.insides = 1 + Number(root.dataset.insides || 0);
});
$(".switches").innerHTML = Object.entries(MODELS.faces?.concepts || {}).map(([key, name]) => `<div class="knob" data-concept="${key}"><span>${name}</span>
  <input type="range" min="0" max="2" step="0.05" value="1" aria-label="Units that draw: ${name}. 0 is off, 1 as they are, 2 doubled" title="0 is off, 1 as they are, 2 doubled"><output>1.00</output>
  <button type="button" aria-pressed="false" aria-label="Show where the units of ${name} are at work" title="Show where they are at work">
  <svg viewBox="0 0 16 16" aria-hidden="true"><path d="M1.5 8S4 3.5 8 3.5S14.5 8 14.5 8S12 12.5 8 12.5S1.5 8 1.5 8Z"/><circle cx="8" cy="8" r="2"/></svg></button></div>`).join("")
  + '<div class="row"><button type="button" class="mend">All as they were</button></div>';
$$("[data-concept]").forEach((row) => {
  const key = row.dataset.concept, input = row.querySelector("input");
  input.addEventListener("input", () => { gains[key] = +input.value; row.querySelector("output").value = (+input.value).toFixed(2); dissect(); });
  row.querySelector("button").addEventListener("click", () => {
    shown = shown === key ? "" : key;
    $$("[data-concept]").forEach((r) => r.querySelector("button").setAttribute("aria-pressed", r.dataset.concept === shown));
    dissect();
  });
});
$(".mend").addEventListener("click", () => {
  $$("[data-concept]").forEach((row) => { gains[row.dataset.concept] = 1; row.querySelector("input").value = 1; row.querySelector("output").value = "1.00"; });
  dissect();
});
$(".inside").addEventListener("toggle", () => { if ($(".inside").open) dissect(); });

// --- a path between two ---
async function keep(end) {
  kept[end] = { point: copy(point()), which: which() };
  const box = $(`[data-end="${end}"]`), answer = await ask({ ask: "look", ...which(), point: copy(point()) });
  if (answer.error) { $(".patherror").textContent = answer.error; return; }
  box.innerHTML = "<div></div>"; put(box.firstChild, answer.url);
  box.setAttribute("aria-label", `${end.toUpperCase()}: a kept picture`);
  const other = kept[end === "a" ? "b" : "a"];
  if (other && JSON.stringify(other.which) === JSON.stringify(kept[end].which)) path();
  else if (other) $(".patherror").textContent = "A and B come from different models. A path needs both from one: keep both again.";
}
const ends = () => ({ ...kept.a.which, a: kept.a.point, b: kept.b.point });
async function path() {
  $(".patherror").textContent = "";
  const answer = await ask({ ask: "path", ...ends() });
  if (answer.error) { $(".patherror").textContent = answer.error; return; }
  await loaded(answer.url);
  film = answer.url;
  $(".along").hidden = false;
  frame(0);
  root.dataset.paths = 1 + Number(root.dataset.paths || 0);
  if (!matchMedia("(prefers-reduced-motion: reduce)").matches && !player) play();
}
function frame(k) { $(".mix").value = k; put($(".frame"), film, 5, k); }
function stop() { cancelAnimationFrame(player); player = null; $(".play").textContent = "Play"; }
function play() {
  if (player) return stop();
  $(".play").textContent = "Pause";
  const begin = performance.now() - $(".mix").value * 70;
  const step = (now) => {
    if (!root.isConnected) return;
    const t = Math.max(0, now - begin) / 70 % (2 * FRAMES + 6), k = t < FRAMES + 3 ? t : 2 * FRAMES + 6 - t;
    frame(clamp(Math.floor(k), 0, FRAMES - 1));
    player = requestAnimationFrame(step);
  };
  player = requestAnimationFrame(step);
}

// --- toys ---
async function openToy(name, data) {
  $(".toyname").textContent = "opening…"; $(".error").textContent = "";
  const answer = await window.GA.ask("sample", { ask: "toy" }, { data });
  if (answer.error) { $(".toyname").textContent = ""; $(".error").textContent = answer.error; return; }
  toy = { ...answer, name, data };
  $(".toyname").textContent = `${name}: recipe “${toy.recipe}”, ${toy.steps || "?"} steps.` + (toy.classes ? "" : " Nobody told it about the ten digits.");
  enter("toy");
}
const unpacked = (base64) => new Blob([Uint8Array.from(atob(base64), (c) => c.charCodeAt(0))]);
function offer(found) {
  if (!found || typeof found.base64 !== "string") return;
  $(".offer").hidden = false; $(".offer").textContent = "Open what you just trained";
  $(".offer").title = String(found.name || "");
  $(".offer").onclick = () => openToy(String(found.name || "your toy"), unpacked(found.base64));
}
function enter(model) {
  if (model === "toy" && !toy) { $(".toybox").hidden = false; return; }  // until a file is open, the last picture stays
  remember(); locked.clear(); strips.clear();
  state = { ...state, model, walk: [] };
  Object.assign(state, { amounts: about().sliders.map(() => 0), truncation: ordinary() });
  build(); update();
}
$(".file").addEventListener("change", (e) => {
  const file = e.target.files[0];
  e.target.value = "";
  if (!file) return;
  if (file.size > MOST) { $(".error").textContent = "This file is larger than 16 MB; a toy trained here is smaller."; return; }
  openToy(file.name, file);
});
function receive(found) {
  offer(found);
  if (!found?.open || !root.isConnected) return;
  found.open = false;
  $(".model").value = "toy"; $(".toybox").hidden = false;
  openToy(String(found.name || "your toy"), unpacked(found.base64));
}
window.addEventListener("ga-toy", (e) => receive(e.detail));

$(".model").innerHTML = Object.entries(MODELS).map(([key, m]) => `<option value="${key}">${m.title}</option>`).join("") + '<option value="toy">A GAN I trained here</option>';
$(".pick").innerHTML = [...Array(10).keys()].map((d) => `<button type="button" data-digit="${d}" aria-pressed="false">${d}</button>`).join("");
$(".cells").innerHTML = [...Array(16).keys()].map((k) => `<button type="button" data-step="${k}" aria-label="Go to neighbour ${k + 1}"></button>`).join("");
$(".model").addEventListener("change", (e) => { offer(window.GA.toy); enter(e.target.value); });
$$(".pick button").forEach((b) => b.addEventListener("click", () => change({ label: +b.dataset.digit })));
$(".seed").addEventListener("change", (e) => change({ seed: whole(e.target.value, 0, 2147483647, state.seed), walk: [] }));
$(".surprise").addEventListener("click", () => change({
  seed: dice(1e6), walk: [], amounts: state.amounts.map((a, i) => (locked.has(i) ? a : Math.random() < 0.5 ? Math.round((Math.random() * 4 - 2) * 20) / 20 : 0)),
}));
$(".reset").addEventListener("click", () => change({ truncation: ordinary(), amounts: state.amounts.map((a, i) => (locked.has(i) ? a : 0)) }));
$(".undo").addEventListener("click", () => {
  const before = past.pop();
  if (!before) return;
  const other = before.model !== state.model || before.amounts.length !== about().sliders.length;
  state = before;
  if (other) { locked.clear(); build(); }
  if (about().sliders.length !== state.amounts.length) state.amounts = about().sliders.map(() => 0);
  update();
});
$(".cells").addEventListener("click", (e) => { const cell = e.target.closest("button"); if (cell) change({ walk: [...state.walk, +cell.dataset.step] }); });
$$("[data-keep]").forEach((b) => b.addEventListener("click", () => keep(b.dataset.keep)));
$(".mix").addEventListener("input", (e) => { if (player) stop(); frame(+e.target.value); });
$(".play").addEventListener("click", play);
$$("[data-film]").forEach((b) => b.addEventListener("click", async () => {
  const answer = await ask({ ask: "film", kind: b.dataset.film, ...ends() });
  if (answer.error) { $(".patherror").textContent = answer.error; return; }
  window.GA.save(answer.url, answer.name);
}));
$(".download").addEventListener("click", async () => {
  const answer = await ask({ ask: "page", ...which(), point: copy(point()) });
  if (answer.error) { $(".error").textContent = answer.error; return; }
  window.GA.save(answer.url, answer.name);
});
$(".share").addEventListener("click", (e) => window.GA.copyLink(e.currentTarget));
build();
update(location.hash.startsWith("#sample"));
receive(window.GA.toy);
