const root = element.querySelector(".inpainting");
const $ = (s) => root.querySelector(s), $$ = (s) => [...root.querySelectorAll(s)];
const MOST = 25_000_000;
const clamp = (v, low, high) => Math.max(low, Math.min(high, v));
const dice = (n) => Math.floor(Math.random() * n);
const percent = (p) => (p > 0 && p < 0.01 ? "under 1" : Math.round(p * 100)) + " %";
const link = window.GA.read("inpaint");
const photo = $(".photo"), veil = $(".veil"), after = $(".after"), before = $(".before");
const mask = document.createElement("canvas");

let opened = null;          // what the server said of the picture, and how to open it again
let ops = [], past = [];    // strokes and one-click masks; undo keeps whole lists
let frame = null, who = 0;  // the square the network will see
let touched = false;        // whether the visitor has brushed yet
let tool = "brush", seed = dice(1e6), chosen = 0, filled = null, other = "before", cursor = null;

const say = (text) => { $(".error").textContent = text || ""; };
async function call({ mask: blob, ...request }) {
  const files = { mask: await blob };
  let answer = await window.GA.ask("inpaint", request, files);
  if (answer.expired && opened) {  // the server put the picture away; the page has not
    await window.GA.ask("inpaint", ...opened.reopen);
    answer = await window.GA.ask("inpaint", request, files);
  }
  return answer;
}
const picture = (url) => new Promise((done, fail) => { const i = new Image(); i.onload = () => done(i); i.onerror = fail; i.src = url; });

// --- opening ---
async function open(request, from = null, files = undefined) {
  say(""); root.dataset.state = "opening";
  const answer = await window.GA.ask("inpaint", request, files);
  if (answer.error) { say(answer.error); root.dataset.state = "error"; return false; }
  opened = { ...answer, reopen: [request, files], from, image: await picture(answer.url) };
  for (const c of [photo, veil, after, before, mask]) { c.width = answer.width; c.height = answer.height; }
  photo.getContext("2d").drawImage(opened.image, 0, 0);
  root.style.setProperty("--ratio", answer.width / answer.height);
  ops = []; past = []; filled = null; chosen = 0; who = 0; cursor = null;
  const known = answer.faces.length > 0, least = Math.min(answer.width, answer.height);
  frame = known ? answer.faces[0] : { x: answer.width / 2, y: answer.height / 2, side: 0.8 * least, angle: 0 };
  $(".byhand").checked = !known; hand();
  if (!known) say("No face was found. Put the square onto one by hand, or untick it and brush: the hole’s surroundings will have to do.");
  else if (answer.faces[0].profile) say("This face is seen from the side. The network learned from faces seen from the front, so expect odd answers.");
  $(".faces").hidden = answer.faces.length < 2;
  $(".who").innerHTML = answer.faces.map((_, i) => `<button type="button" data-who="${i}" aria-pressed="${i === 0}">${i + 1}</button>`).join("");
  $(".compare").classList.remove("has");
  $(".variants").innerHTML = ""; $(".facts").textContent = `${answer.full[0]} × ${answer.full[1]} pixels`;
  redraw(); root.dataset.state = "ready"; root.dataset.opened = 1 + Number(root.dataset.opened || 0);
  remember();
  return true;
}
function openBlob(blob) {
  if (!blob) return;
  if (blob.size > MOST) { say("The file is larger than 25 MB; save the picture smaller and try again."); return; }
  open({ ask: "open" }, null, { picture: blob });
}
const invent = (n) => open({ ask: "invent", seed: n }, "f" + n);
const example = (n) => open({ ask: "example", number: n }, "e" + n);

// --- the mask: every stroke is kept, and the mask painted from them ---
const at = (f, u, v) => {  // share of the square's width and height to a place in the picture
  const c = Math.cos(f.angle) * f.side, s = Math.sin(f.angle) * f.side, a = u - 0.5, b = v - 0.5;
  return [f.x + c * a - s * b, f.y + s * a + c * b];
};
function random(n) {  // a small seeded generator, so that scribbles can stand in a link
  let t = (n + 1) * 0x9e3779b9 | 0;
  return () => { t = Math.imul(t ^ (t >>> 15), t | 1); t ^= t + Math.imul(t ^ (t >>> 7), t | 61); return ((t ^ (t >>> 14)) >>> 0) / 4294967296; };
}
const QUICK = {
  eyes: (p) => { p.oval(0.285, 0.295, 0.145, 0.095); p.oval(0.678, 0.295, 0.145, 0.095); },
  glasses: (p) => { p.oval(0.27, 0.325, 0.205, 0.165); p.oval(0.69, 0.325, 0.205, 0.165); p.box(0.4, 0.24, 0.56, 0.34); p.box(0.0, 0.24, 0.15, 0.33); p.box(0.82, 0.24, 0.97, 0.33); },
  mouth: (p) => p.oval(0.482, 0.775, 0.235, 0.125),
  half: (p) => p.box(0.482, -0.02, 1.02, 1.02),
  scribbles: (p, n) => {
    const r = random(n);
    for (let k = 0; k < 4; k++) {
      let x = 0.1 + 0.8 * r(), y = 0.1 + 0.8 * r(), angle = 6.28 * r();
      const path = [[x, y]];
      for (let i = 0; i < 6; i++) { angle += (i % 2 ? 1 : -1) * (0.3 + r()); x = clamp(x + 0.2 * Math.cos(angle), 0.02, 0.98); y = clamp(y + 0.2 * Math.sin(angle), 0.02, 0.98); path.push([x, y]); }
      p.line(path, 0.07);
    }
  },
};
function draw(ctx, op) {
  ctx.globalCompositeOperation = op.erase ? "destination-out" : "source-over";
  ctx.fillStyle = ctx.strokeStyle = "#fff"; ctx.lineCap = ctx.lineJoin = "round";
  if (op.quick) {
    const f = op.frame, way = (points) => { ctx.beginPath(); points.forEach((q, i) => (i ? ctx.lineTo(...at(f, ...q)) : ctx.moveTo(...at(f, ...q)))); };
    QUICK[op.quick]({
      oval(u, v, w, h) { ctx.beginPath(); ctx.ellipse(...at(f, u, v), w * f.side, h * f.side, f.angle, 0, 6.3); ctx.fill(); },
      box(l, t, r, b) { way([[l, t], [r, t], [r, b], [l, b]]); ctx.fill(); },
      line(points, wide) { way(points); ctx.lineWidth = wide * f.side; ctx.stroke(); },
    }, op.seed || 0);
    return;
  }
  ctx.beginPath(); ctx.lineWidth = 2 * op.r;
  for (let i = 0; i < op.p.length; i += 2) (i ? ctx.lineTo(op.p[i], op.p[i + 1]) : ctx.moveTo(op.p[i], op.p[i + 1]));
  if (op.p.length === 2) ctx.lineTo(op.p[0] + 0.01, op.p[1]);
  ctx.stroke();
}
function redraw() {
  const m = mask.getContext("2d");
  m.clearRect(0, 0, mask.width, mask.height);
  ops.forEach((op) => draw(m, op));
  show();
  $(".undo").disabled = !past.length; $(".clear").disabled = !ops.length;
}
function show() {
  const v = veil.getContext("2d"), thin = Math.max(1, veil.width / 420);
  v.globalCompositeOperation = "source-over"; v.clearRect(0, 0, veil.width, veil.height);
  v.drawImage(mask, 0, 0);
  v.globalCompositeOperation = "source-in"; v.fillStyle = "rgba(124, 58, 237, .72)"; v.fillRect(0, 0, veil.width, veil.height);
  v.globalCompositeOperation = "source-over"; v.lineWidth = thin;
  const shown = $(".byhand").checked ? [frame] : (opened?.faces || []);
  shown.forEach((f, i) => {
    const on = $(".byhand").checked || i === who;
    v.setLineDash(on ? [] : [4 * thin, 4 * thin]); v.strokeStyle = on ? "rgba(255,255,255,.85)" : "rgba(255,255,255,.5)";
    v.beginPath(); [[0, 0], [1, 0], [1, 1], [0, 1]].forEach((q, k) => (k ? v.lineTo(...at(f, ...q)) : v.moveTo(...at(f, ...q)))); v.closePath(); v.stroke();
    if (shown.length > 1) { v.font = `${13 * thin}px sans-serif`; v.fillStyle = "#fff"; v.fillText(i + 1, ...at(f, 0.04, 0.12)); }
    if ($(".byhand").checked) [[0.285, 0.292], [0.678, 0.292]].forEach((q) => { v.beginPath(); v.arc(...at(f, ...q), 0.05 * f.side, 0, 6.3); v.stroke(); });
  });
  v.setLineDash([]);
  if (cursor) { v.strokeStyle = "#fff"; v.lineWidth = 2 * thin; v.beginPath(); v.arc(...cursor, radius(), 0, 6.3); v.stroke(); }
}
const radius = () => (+$(".width").value / 200) * Math.min(veil.width, veil.height, (frame?.side || 1e9) * 1.4);
function keep() { past.push(ops.slice()); if (past.length > 100) past.shift(); }
function add(op) { touched = true; keep(); ops = [...ops, op]; redraw(); ask(); }

// --- asking for fillings ---
const painted = () => ops.some((op) => !op.erase);
const request = (seeds) => ({ key: opened.key, mask: new Promise((done) => mask.toBlob(done, "image/png")), seeds, model: $(".model").value, frame: { x: frame.x, y: frame.y, side: frame.side, angle: frame.angle } });
const seeds = () => ($(".model").value === "aot" ? [seed] : [0, 1, 2, 3].map((k) => seed + k));
const send = window.GA.latest(call, async (answer, asked) => {
  root.classList.remove("busy");
  root.dataset.answers = 1 + Number(root.dataset.answers || 0);
  if (!opened || asked.key !== opened.key) return;
  if (answer.error) { say(answer.error); root.dataset.state = "error"; return; }
  say(""); root.dataset.state = "ready";
  const images = await Promise.all(answer.pages.map(picture));
  filled = { ...answer, images, naive: { mean: await picture(answer.naive.mean), telea: await picture(answer.naive.telea) } };
  chosen = Math.min(chosen, images.length - 1);
  $(".shares").textContent = `${percent(answer.share)} of the picture is gone, ${percent(answer.square)} of the face’s square`;
  $(".facts").textContent = `${answer.facts} · seed ${asked.seeds[chosen]} · ${opened.full[0]} × ${opened.full[1]} pixels`;
  $(".compare").classList.add("has");
  for (const b of [".again", ".download"]) $(b).disabled = false;
  thumbs(); compare(); remember();
});
function ask() {
  if (!opened || !frame) return;
  if (!painted()) { filled = null; $(".compare").classList.remove("has"); $(".variants").innerHTML = ""; $(".shares").textContent = ""; for (const b of [".again", ".download"]) $(b).disabled = true; remember(); return; }
  root.classList.add("busy");
  send({ ask: "fill", ...request(seeds()) });
}
function compose(ctx, page) { ctx.globalAlpha = 1; ctx.setTransform(1, 0, 0, 1, 0, 0); ctx.drawImage(opened.image, 0, 0); if (page) ctx.drawImage(page, filled.box[0], filled.box[1]); }
function thumbs() {
  const f = filled.frame, half = 0.5 * f.side * (Math.abs(Math.cos(f.angle)) + Math.abs(Math.sin(f.angle)));
  $(".variants").innerHTML = filled.images.map((_, i) => `<button type="button" data-variant="${i}" aria-pressed="${i === chosen}" aria-label="Answer ${i + 1}"><canvas width="160" height="160"></canvas></button>`).join("");
  $$(".variants canvas").forEach((c, i) => {
    const ctx = c.getContext("2d"), zoom = 160 / (2 * half);
    ctx.imageSmoothingQuality = "high";
    ctx.setTransform(zoom, 0, 0, zoom, -(f.x - half) * zoom, -(f.y - half) * zoom);
    ctx.drawImage(opened.image, 0, 0); ctx.drawImage(filled.images[i], filled.box[0], filled.box[1]);
  });
}
function compare() {
  if (!filled) return;
  const ctx = after.getContext("2d");
  compose(ctx, filled.images[chosen]);
  if ($(".map").checked) {
    const tile = document.createElement("canvas"), n = 16, values = filled.maps[chosen], f = filled.frame;
    tile.width = tile.height = n;
    const t = tile.getContext("2d"), data = t.createImageData(n, n);
    values.forEach((belief, i) => data.data.set([255, 96, 20, 215 * clamp(1.15 * (1 - belief) - 0.1, 0, 1)], 4 * i));
    t.putImageData(data, 0, 0);
    const c = Math.cos(f.angle) * f.side / n, s = Math.sin(f.angle) * f.side / n, [x, y] = at(f, 0, 0);
    ctx.setTransform(c, s, -s, c, x, y); ctx.drawImage(tile, 0, 0);
    ctx.setTransform(1, 0, 0, 1, 0, 0);
  }
  compose(before.getContext("2d"), other === "before" ? null : filled.naive[other]);
  wipe();
}
function wipe() {
  const w = +$(".wipe").value;
  before.style.clipPath = `inset(0 ${100 - w}% 0 0)`;
  $(".line").hidden = !filled || w === 0 || w === 100; $(".line").style.left = w + "%";
}

// --- links: a face that anyone can open again, and the strokes, in thousandths of its width ---
function remember() {
  const values = {};
  if (opened?.from) {
    values.src = opened.from;
    const code = ops.map((op) => (op.quick ? `q${op.quick}.${op.seed || 0}` : (op.erase ? "e" : "l") + [op.r, ...op.p].map((n) => Math.round((n * 1000) / opened.width)).join("."))).join("_");
    if (code && code.length < 1500) { values.m = code; values.s = seed; values.v = chosen; if (who) values.w = who; }
  }
  $(".share").disabled = !values.src || (ops.length > 0 && !values.m);
  $(".share").title = values.src ? "" : "Your own photo stays with you; a link cannot carry it.";
  if (location.hash.startsWith("#inpaint") || touched) window.GA.write("inpaint", values);
}
function decode(text) {
  const found = [];
  for (const part of String(text || "").split("_")) {
    if (part[0] === "q") {
      const [name, n] = part.slice(1).split(".");
      if (name in QUICK) found.push({ quick: name, seed: Number(n) || 0, frame });
    } else if (part[0] === "l" || part[0] === "e") {
      const numbers = part.slice(1).split(".").map((n) => (Number(n) * opened.width) / 1000);
      if (numbers.length >= 3 && numbers.length % 2 && numbers.every(Number.isFinite)) found.push({ erase: part[0] === "e", r: Math.max(1, numbers[0]), p: numbers.slice(1) });
    }
  }
  return found;
}
async function begin() {
  const [, kind, n] = /^([ef])(\d{1,10})$/.exec(link.src || "") || [];
  const came = kind === "f" ? await invent(+n) : kind === "e" ? await example(+n) : false;
  if (!came) {  // nothing asked for: take somebody's glasses away
    if (await example(0)) { ops = [{ quick: "glasses", seed: 0, frame }]; redraw(); ask(); }
    return;
  }
  if (link.w && opened.faces[+link.w]) { who = +link.w; frame = opened.faces[who]; }
  if (/^\d{1,10}$/.test(link.s || "")) seed = +link.s;
  chosen = clamp(Number(link.v) || 0, 0, 3);
  ops = decode(link.m); redraw(); ask();
}

// --- hands and keys ---
function hand() {
  const on = $(".byhand").checked;
  $$(".turnsize").forEach((l) => { l.hidden = !on; });
  if (frame) { $(".side").value = (100 * frame.side) / Math.min(veil.width, veil.height); $(".angle").value = (frame.angle * 180) / Math.PI; }
  if (!on && opened?.faces.length) frame = opened.faces[who];
}
const place = (e) => { const b = veil.getBoundingClientRect(); return [((e.clientX - b.left) * veil.width) / b.width, ((e.clientY - b.top) * veil.height) / b.height]; };
let stroke = null, grip = null;
veil.addEventListener("pointerdown", (e) => {
  if (!opened || e.button) return;
  veil.setPointerCapture(e.pointerId); e.preventDefault(); veil.focus({ preventScroll: true }); cursor = null;
  const p = place(e);
  if ($(".byhand").checked) { grip = [p[0] - frame.x, p[1] - frame.y]; return; }
  stroke = { erase: tool === "eraser", r: radius(), p };
  draw(mask.getContext("2d"), stroke); show();
});
veil.addEventListener("pointermove", (e) => {
  if (grip) { const p = place(e); frame = { ...frame, x: clamp(p[0] - grip[0], 0, veil.width), y: clamp(p[1] - grip[1], 0, veil.height) }; show(); return; }
  if (!stroke) return;
  for (const each of e.getCoalescedEvents?.() || [e]) { const p = place(each), n = stroke.p.length; if (Math.hypot(p[0] - stroke.p[n - 2], p[1] - stroke.p[n - 1]) > 2) stroke.p = [...stroke.p, ...p]; }
  draw(mask.getContext("2d"), stroke); show();
});
function lift() {
  if (grip) { grip = null; ask(); return; }
  if (!stroke) return;
  const done = stroke; stroke = null;
  add(done);
}
veil.addEventListener("pointerup", lift); veil.addEventListener("pointercancel", lift);
veil.addEventListener("keydown", (e) => {
  const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[e.key], far = Math.max(2, radius() / 2);
  if (!opened || (!step && e.key !== " ")) return;
  e.preventDefault();
  if (step && $(".byhand").checked) { frame = { ...frame, x: clamp(frame.x + step[0] * far, 0, veil.width), y: clamp(frame.y + step[1] * far, 0, veil.height) }; show(); ask(); return; }
  cursor = cursor || [frame.x, frame.y];
  if (step) { cursor = [clamp(cursor[0] + step[0] * far, 0, veil.width), clamp(cursor[1] + step[1] * far, 0, veil.height)]; show(); } else add({ erase: tool === "eraser", r: radius(), p: [...cursor] });
});
veil.addEventListener("blur", () => { cursor = null; if (opened) show(); });
$$("[data-tool]").forEach((b) => b.addEventListener("click", () => { tool = b.dataset.tool; $$("[data-tool]").forEach((o) => o.setAttribute("aria-pressed", o === b)); }));
$(".undo").addEventListener("click", () => { if (past.length) { ops = past.pop(); redraw(); ask(); } });
$(".clear").addEventListener("click", () => { keep(); ops = []; redraw(); ask(); });
$$("[data-quick]").forEach((b) => b.addEventListener("click", () => { if (opened) add({ quick: b.dataset.quick, seed: b.dataset.quick === "scribbles" ? dice(1e4) : 0, frame }); }));
$(".byhand").addEventListener("change", () => { hand(); show(); if (!$(".byhand").checked) ask(); });
$(".side").addEventListener("input", (e) => { frame = { ...frame, side: Math.max(12, (+e.target.value / 100) * Math.min(veil.width, veil.height)) }; show(); });
$(".angle").addEventListener("input", (e) => { frame = { ...frame, angle: (+e.target.value * Math.PI) / 180 }; show(); });
for (const s of [".side", ".angle"]) $(s).addEventListener("change", ask);
$(".who").addEventListener("click", (e) => {
  const b = e.target.closest("button");
  if (!b) return;
  who = +b.dataset.who; frame = opened.faces[who]; $(".byhand").checked = false; hand();
  $$(".who button").forEach((o) => o.setAttribute("aria-pressed", o === b));
  show(); ask();
});
$(".variants").addEventListener("click", (e) => {
  const b = e.target.closest("button");
  if (!b) return;
  chosen = +b.dataset.variant;
  $$(".variants button").forEach((o) => o.setAttribute("aria-pressed", o === b));
  $(".facts").textContent = $(".facts").textContent.replace(/seed \d+/, `seed ${seeds()[chosen]}`);
  compare(); remember();
});
$(".again").addEventListener("click", () => { seed = dice(1e6); ask(); });
$$("[data-other]").forEach((b) => b.addEventListener("click", () => {
  other = b.dataset.other;
  $$("[data-other]").forEach((o) => o.setAttribute("aria-pressed", o === b));
  $(".beforename").textContent = b.textContent;
  if (+$(".wipe").value === 0) $(".wipe").value = 50;
  compare();
}));
$(".map").addEventListener("change", compare);
$(".wipe").addEventListener("input", wipe);
const slide = (e) => { const b = $(".compare").getBoundingClientRect(); $(".wipe").value = clamp((100 * (e.clientX - b.left)) / b.width, 0, 100); wipe(); };
$(".compare").addEventListener("pointerdown", (e) => { if (filled) { $(".compare").setPointerCapture(e.pointerId); slide(e); } });
$(".compare").addEventListener("pointermove", (e) => { if (filled && e.buttons) slide(e); });
$(".model").addEventListener("change", ask);
$(".download").addEventListener("click", async () => {
  const button = $(".download");
  button.disabled = true;
  const answer = await call({ ask: "save", ...request([seeds()[chosen]]) });
  button.disabled = false;
  if (answer.error) { say(answer.error); return; }
  window.GA.save(answer.url, answer.name);
});
$(".share").addEventListener("click", (e) => { remember(); window.GA.copyLink(e.currentTarget); });
$(".file").addEventListener("change", (e) => { openBlob(e.target.files[0]); e.target.value = ""; });
$(".invent").addEventListener("click", () => invent(dice(1e6)));
$$("[data-example]").forEach((b) => b.addEventListener("click", () => example(+b.dataset.example)));
document.addEventListener("paste", (e) => {
  if (!root.isConnected || !root.offsetParent) return;
  const found = [...(e.clipboardData?.items || [])].find((i) => i.type.startsWith("image/"));
  if (found) { e.preventDefault(); openBlob(found.getAsFile()); }
});
const easel = $(".stage .easel");
easel.addEventListener("dragover", (e) => { e.preventDefault(); easel.classList.add("over"); });
easel.addEventListener("dragleave", () => easel.classList.remove("over"));
easel.addEventListener("drop", (e) => { e.preventDefault(); easel.classList.remove("over"); openBlob(e.dataTransfer.files[0]); });

// --- camera ---
let live = null;
function close() { live?.getTracks().forEach((t) => t.stop()); live = null; $(".shutter").hidden = true; $(".stage .sheet").hidden = false; }
$(".camera").addEventListener("click", async () => {
  if (!navigator.mediaDevices?.getUserMedia) { say("This browser gives the camera to secure pages only; open a photo instead."); return; }
  try { live = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "user", width: { ideal: 1280 } } }); }
  catch { say("The camera is off limits or missing; allow it in the browser, or open a photo instead."); return; }
  say(""); $("video").srcObject = live; await $("video").play();
  $(".shutter").hidden = false; $(".stage .sheet").hidden = true; $(".snap").focus();
});
$(".snap").addEventListener("click", () => {
  const v = $("video"), c = document.createElement("canvas");
  c.width = v.videoWidth; c.height = v.videoHeight;
  if (!c.width) { say("The camera has no picture yet; wait a moment."); return; }
  c.getContext("2d").drawImage(v, 0, 0); close();
  c.toBlob(openBlob, "image/jpeg", 0.95);
});
$(".shut").addEventListener("click", close);
begin();
