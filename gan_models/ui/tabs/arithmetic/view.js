const MOST = 3, SHOWN = 24, TOP = 2147483647, NAMES = ["a", "b", "c"], PARTS = { a: "added", b: "subtracted", c: "where the sum begins" };
const root = element.querySelector(".arithmetic");
const $ = (s) => root.querySelector(s), $$ = (s) => [...root.querySelectorAll(s)];
const copy = (value) => JSON.parse(JSON.stringify(value));
const dice = (n) => Math.floor(Math.random() * n);
const percent = (p) => Math.round(p * 100) + " %";
const link = window.GA.read("arithmetic");
const numbers = (text) => [...new Set((text || "").split(/[^\d]+/).filter((t) => t !== "" && +t <= TOP).map(Number))].slice(0, MOST);

// The state is small and plain, so undo keeps whole copies of it: seeds of three columns, strength, seed of the noise.
let state = { a: [], b: [], c: [], strength: 1, seed: 0 }, past = [], target = "a";
let galleries = [], presets = [], example = null, kind = null, anyone = [];
const known = new Map();   // seed -> where its picture is: {url, columns, rows, k, said}
const sheets = new Map();  // gallery's seeds -> their sheet
let strips = new Map(), held = false;
const total = () => copy(state);
const columnsOf = (s) => JSON.stringify([s.a, s.b, s.c]);

const ask = (request) => window.GA.ask("arithmetic", request);
async function loaded(sheet, canvas = true) {
  const image = new Image();
  image.src = sheet.url;
  await image.decode();
  if (canvas) sheet.bitmap = await createImageBitmap(image);
}
// Face k of a sheet: as a background, or on a canvas where it must follow a hand, which repaints many times faster.
function put(face, sheet, k) {
  const { columns, rows, url, bitmap } = sheet, spot = face.firstElementChild, x = k % columns, y = Math.floor(k / columns);
  face.dataset.k = k;
  if (spot.getContext) {
    const [w, h] = [bitmap.width / columns, bitmap.height / rows], side = Math.round(spot.clientWidth * devicePixelRatio) || 300;
    if (spot.width !== side || spot.height !== side) spot.width = spot.height = side;
    const pen = spot.getContext("2d", { alpha: false });
    pen.imageSmoothingQuality = "high";
    pen.drawImage(bitmap, x * w, y * h, w, h, 0, 0, side, side);
    return;
  }
  const share = (n, of) => (of > 1 ? (n / (of - 1)) * 100 : 0);
  if (spot.sheet !== url) { spot.style.setProperty("--sheet", `url(${url})`); spot.sheet = url; }
  spot.style.setProperty("--grid", `${columns * 100}% ${rows * 100}%`);
  spot.style.setProperty("--at", `${share(x, columns)}% ${share(y, rows)}%`);
}
function keep(seed, sheet, k, said = "") {
  known.set(seed, { url: sheet.url, columns: sheet.columns, rows: sheet.rows, k, said });
  if (known.size > 400) known.delete(known.keys().next().value);
}

// --- what classifier and critic say ---
function opinion(of, said) {
  const list = (rows) => rows.map(([text, share, kept]) => `<span class="${kept === false ? "no" : "yes"}">${text} ${percent(share)}${kept === false ? " ✗" : ""}</span>`);
  const others = said.others.length ? `<div class="others quiet">and ${list(said.others).join(", ")}</div>` : "";
  $(`[data-of="${of}"]`).innerHTML = `<div class="word" data-tone="${said.tone}">${said.word}</div><div class="points">${list(said.points).join("")}</div>${others}
    <div class="real"><span>looks real: <b>${percent(said.real)}</b></span><span class="bar" aria-hidden="true"><i style="width:${said.real * 100}%"></i></span></div>`;
}
function judged(said) {
  opinion("latent", said.latent); opinion("pixels", said.pixels);
  $(".result").setAttribute("aria-label", "The result. " + said.latent.points.map(([text, share]) => `${text} ${percent(share)}`).join(", "));
}

// --- the equation ---
$(".equation").innerHTML = NAMES.map((name, i) => `<span class="op ${i ? "" : "first"}" aria-hidden="true">${["", "−", "+"][i]}</span>
  <div class="column" data-column="${name}" role="group" aria-label="Column ${name.toUpperCase()}, ${PARTS[name]}"><div class="heading"><b>${name.toUpperCase()}</b><span class="said quiet"></span></div>
  <div class="picks"></div><div class="face mean" role="img" aria-label="The average face of ${name.toUpperCase()}"><i></i></div></div>`).join("") + '<span class="op last" aria-hidden="true">=</span>';
$(".target").innerHTML = NAMES.map((name) => `<button type="button" data-target="${name}">${name.toUpperCase()}</button>`).join("");
const HOLE = '<span class="face" aria-hidden="true"></span>';
$(".grid").innerHTML = HOLE.repeat(SHOWN);
$(".around").innerHTML = '<div class="face"><i></i></div>'.repeat(9);

function columns() {
  for (const name of NAMES) {
    const box = $(`[data-column="${name}"]`), picks = box.querySelector(".picks"), label = name.toUpperCase();
    box.classList.toggle("active", target === name);
    const focus = picks.contains(document.activeElement) ? [...picks.children].indexOf(document.activeElement) : -1;
    picks.innerHTML = [0, 1, 2].map((k) => {
      const seed = state[name][k], last = state[name].length === 1;
      if (seed === undefined) return `<button type="button" class="free" aria-label="Choose a face for column ${label}" title="Choose a face below">+</button>`;
      const what = known.get(seed)?.said || "face", title = last ? `${what}, number ${seed}. A column needs at least one face.` : `${what}, number ${seed}. Click to take it out.`;
      return `<button type="button" data-seed="${seed}" draggable="true" aria-disabled="${last}" title="${title}" aria-label="Take ${what} number ${seed} out of column ${label}"><span class="face"><i></i></span><span class="off" aria-hidden="true">×</span></button>`;
    }).join("");
    picks.querySelectorAll("[data-seed]").forEach((b) => { const at = known.get(+b.dataset.seed); if (at) put(b.firstElementChild, at, at.k); });
    if (focus >= 0) picks.children[focus].focus();
  }
  $$(".target button").forEach((b) => b.setAttribute("aria-pressed", b.dataset.target === target));
  marks();
}
function marks() {
  $$(".grid button").forEach((b) => {
    const where = NAMES.filter((name) => state[name].includes(+b.dataset.seed)).join("").toUpperCase();
    b.querySelector(".mark").textContent = where;
    b.setAttribute("aria-label", `Add ${b.dataset.said}, number ${b.dataset.seed}, to column ${target.toUpperCase()}` + (where ? `; it is in ${where}` : ""));
  });
}

// --- asking: the newest sum only ---
const work = window.GA.latest(ask, async (answer, asked) => {
  $(".error").textContent = answer.error || "";
  if (!answer.error) await loaded(answer);
  const fresh = JSON.stringify(asked.sum) === JSON.stringify(total());
  if (!answer.error && fresh && !held) show(answer);
  root.dataset.state = answer.error ? "error" : "ready";
  root.dataset.answers = 1 + Number(root.dataset.answers || 0);
});
function show(answer) {
  const seeds = NAMES.flatMap((name) => state[name]), n = seeds.length;
  seeds.forEach((seed, k) => { if (!known.has(seed)) keep(seed, answer, k); });
  columns();
  NAMES.forEach((name, k) => {
    const box = $(`[data-column="${name}"]`);
    put(box.querySelector(".mean"), answer, n + k);
    box.querySelector(".said").textContent = box.querySelector(".said").title = answer.said[k];
    put($(`[data-blend="${k}"]`), answer, n + 3 + k);
  });
  put($(".result"), answer, n + 6); put($(".onpixels"), answer, n + 7);
  $(".result").dataset.from = "exact";
  $$(".around .face").forEach((face, k) => put(face, answer, n + 8 + k));
  judged(answer);
  $(".facts").textContent = answer.facts;
}
function update(write = true) {
  $(".amount").value = state.strength; $(".strength output").value = state.strength.toFixed(1);
  $(".undo").disabled = !past.length;
  $$(".presets button").forEach((b) => b.setAttribute("aria-pressed", columnsOf(presets[+b.dataset.preset]) === columnsOf(state)));
  columns();
  if (write) {
    const values = { a: state.a.join("."), b: state.b.join("."), c: state.c.join("."), k: +state.strength.toFixed(1) };
    if (state.seed) values.n = state.seed;
    window.GA.write("arithmetic", values);
  }
  work({ ask: "sum", sum: total() });
}
function remember() { past.push(total()); if (past.length > 100) past.shift(); }
function change(values) { remember(); Object.assign(state, copy(values)); update(); }
function add(seed, name = target) {
  if (state[name].includes(seed)) return;
  change({ [name]: [...state[name], seed].slice(-MOST) });  // a full column lets go of its oldest face
}
const remove = (seed, name) => { if (state[name].length > 1) change({ [name]: state[name].filter((s) => s !== seed) }); };
function aim(name) { target = name; columns(); }

// --- strength: the first touch asks for a strip, the hand leafs through it, letting go asks for the neighbours too ---
async function strip() {
  const key = columnsOf(state);
  if (strips.has(key) || !state.a.length) return;
  strips.set(key, null);
  if (strips.size > 4) strips.delete(strips.keys().next().value);
  const answer = await ask({ ask: "strip", sum: total() });
  if (answer.error) { strips.delete(key); $(".error").textContent = answer.error; return; }
  await loaded(answer);
  strips.set(key, answer);
  if (held) leaf();
}
function leaf() {
  const answer = strips.get(columnsOf(state));
  if (!answer) return;
  const k = Math.round(state.strength * 10);
  put($(".result"), answer, k); put($(".onpixels"), answer, answer.frames.length + k);
  $(".result").dataset.from = "strip";
  judged(answer.frames[k]);
}
const slider = $(".amount");
const touch = () => { if (!held) { remember(); held = true; } strip(); };
const release = () => {
  if (!held) return;
  held = false;
  if (JSON.stringify(past.at(-1)) === JSON.stringify(total())) past.pop();
  update();
};
for (const near of ["pointerenter", "focus"]) slider.addEventListener(near, strip);  // a hand comes near: have it ready
slider.addEventListener("pointerdown", touch);
slider.addEventListener("input", () => { touch(); state.strength = +slider.value; $(".strength output").value = state.strength.toFixed(1); leaf(); });
slider.addEventListener("change", release);
slider.addEventListener("pointerup", () => setTimeout(release, 0));
slider.addEventListener("pointercancel", release);

@GALLERY@
// --- buttons ---
const own = () => {
  const text = $(".number").value.trim();
  if (!/^\d+$/.test(text) || +text > TOP) { $(".error").textContent = "A face's number is a whole number from 0 to 2,147,483,647."; return; }
  $(".error").textContent = "";
  add(+text);
};
$(".add").addEventListener("click", own);
$(".number").addEventListener("keydown", (e) => { if (e.key === "Enter") own(); });
$(".anyone").addEventListener("click", () => add(dice(1e6)));
$(".again").addEventListener("click", () => change({ seed: 1 + dice(1e6) }));
$(".undo").addEventListener("click", () => { const before = past.pop(); if (before) { state = before; update(); } });
$(".reset").addEventListener("click", () => change({ ...pick(example || presets[0]), strength: 1, seed: 0 }));
const pick = ({ a, b, c }) => ({ a, b, c });
$(".surprise").addEventListener("click", () => {
  const { galleries: keys } = presets[dice(presets.length)], taken = new Set(), values = {};
  NAMES.forEach((name, i) => {
    let left = galleries.find((g) => g.key === keys[i]).seeds.filter((s) => !taken.has(s));
    values[name] = [];
    while (left.length && values[name].length < MOST) values[name].push(...left.splice(dice(left.length), 1));
    values[name].forEach((s) => taken.add(s));
  });
  change({ ...values, strength: 1 });
});
$(".download").addEventListener("click", async () => {
  const answer = await ask({ ask: "page", sum: total() });
  if (answer.error) { $(".error").textContent = answer.error; return; }
  window.GA.save(answer.url, answer.name);
});
$(".share").addEventListener("click", (e) => window.GA.copyLink(e.currentTarget));

(async () => {
  const start = await ask({ ask: "start" });
  if (start.error) { $(".error").textContent = start.error; root.dataset.state = "error"; return; }
  ({ galleries, presets } = start);
  $(".presets").innerHTML = presets.map((p, i) => `<button type="button" data-preset="${i}" title="${p.of}">${p.title}</button>`).join("");
  $$(".presets button").forEach((b) => b.addEventListener("click", () => { example = presets[+b.dataset.preset]; change({ ...pick(example), strength: 1, seed: 0 }); }));
  const first = presets[0] || { a: [1], b: [2], c: [3] };
  for (const name of NAMES) state[name] = numbers(link[name]).length ? numbers(link[name]) : [...first[name]];
  const strength = Number(link.k ?? 1);
  state.strength = Number.isFinite(strength) ? Math.round(Math.max(0, Math.min(2, strength)) * 10) / 10 : 1;
  state.seed = /^\d+$/.test(link.n || "") && +link.n <= TOP ? +link.n : 0;
  example = presets.find((p) => columnsOf(p) === columnsOf(state)) || null;
  update(location.hash.startsWith("#arithmetic"));
  $(".sorts").innerHTML = ["Women", "Men", "Anyone"].filter((n) => n === "Anyone" || galleries.some((g) => sortOf(g.key) === n)).map((n) => `<button type="button" data-sort="${n}">${n}</button>`).join("");
  $(".sorts button").click();
})();
