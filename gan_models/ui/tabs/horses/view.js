const root = element.querySelector(".horses");
const $ = (s) => root.querySelector(s), $$ = (s) => [...root.querySelectorAll(s)];
const WAYS = ["horse_to_zebra", "zebra_to_horse"], TITLES = @TITLES@, MODELS = @MODELS@, MOST = 25e6;
const clamp = (v, low, high) => Math.max(low, Math.min(high, v));
const percent = (p) => (p > 0 && p < 0.01 ? "under 1" : Math.round(p * 100)) + " %";
const link = window.GA.read("horse-to-zebra");

let picture = null;           // what is open: the server's answer, and how to open it again
let made = null;              // pixels before and after, at full strength: the page blends them by itself
let judged = null;            // the critic's map
let live = null;              // the webcam's stream
let way = WAYS[0], strength = 1;

const say = (text) => { $(".error").textContent = text || ""; };
const bump = (name) => { root.dataset[name] = 1 + Number(root.dataset[name] || 0); };
const kinds = () => way.split("_to_");
const call = (request, files) => window.GA.ask("horses", request, files);
async function ask(request) {
  let answer = await call(request);
  if (answer.expired && picture && picture.key === request.key) {  // the server put the picture away; the page has not
    const again = await call(...picture.reopen);
    if (again.error) return again;
    answer = await call(request);
  }
  return answer;
}
async function load(url) { const image = new Image(); image.src = url; await image.decode(); return image; }

// --- what is seen: two pictures blended, and a line to drag between them ---
function pixels(image, width, height) {
  const canvas = document.createElement("canvas");
  canvas.width = width; canvas.height = height;
  const ink = canvas.getContext("2d", { willReadFrequently: true });
  ink.drawImage(image, 0, 0, width, height);
  return ink.getImageData(0, 0, width, height).data;
}
function show(before, after, width, height) {
  for (const c of [$(".after"), $(".under"), $(".stop1")]) if (c.width !== width || c.height !== height) { c.width = width; c.height = height; }
  $(".under").getContext("2d").drawImage(before, 0, 0, width, height);
  const old = pixels(before, width, height);
  made = { before: old, after: after ? pixels(after, width, height) : old, width, height };
  root.style.setProperty("--ratio", width / height);
  root.classList.add("filled"); $(".empty").hidden = true; $(".before").hidden = false;
  paint();
}
function paint() {
  if (!made) return;
  const { before, after, width, height } = made, page = new ImageData(width, height), out = page.data;
  for (let i = 0; i < out.length; i++) out[i] = before[i] + strength * (after[i] - before[i]);  // the array rounds and clamps
  $(".after").getContext("2d").putImageData(page, 0, 0);
  if (!live) $(".stop1").getContext("2d").putImageData(page, 0, 0);
}
function wipe() {
  const w = +$(".wipe").value;
  $(".under").style.clipPath = `inset(0 ${100 - w}% 0 0)`;
  $(".line").hidden = w <= 0 || w >= 100; $(".line").style.left = w + "%";
}
const rgb = (name) => { const [r, g, b] = getComputedStyle(root).getPropertyValue(name).trim().match(/\w\w/g).map((h) => parseInt(h, 16)); return [r, g, b]; };
function map() {
  const canvas = $(".belief"), on = $(".map").checked;
  $(".legend").hidden = !on; canvas.hidden = !on || !judged || !!live;
  if (canvas.hidden) return;
  const { cells, columns } = judged, yes = rgb("--ga-real"), no = rgb("--ga-fake");
  canvas.width = columns; canvas.height = cells.length / columns;
  const ink = canvas.getContext("2d"), page = ink.createImageData(canvas.width, canvas.height);
  cells.forEach((v, i) => page.data.set([...(v > 0.5 ? yes : no), 30 + 320 * Math.abs(v - 0.5)], 4 * i));
  ink.putImageData(page, 0, 0);
}

// --- opening ---
async function open(request, wanted = {}, files = undefined) {
  const filming = halt();
  say(""); $(".fallback").textContent = ""; $(".facts").textContent = "opening…"; root.dataset.state = "opening";
  const answer = await call(request, files);
  if (answer.error) {
    $(".facts").textContent = "";
    if (filming) restore();
    say(answer.error); root.dataset.state = "error";
    return false;
  }
  const before = await load(answer.url);
  picture = { ...answer, reopen: [request, files], example: request.name, image: before };
  judged = null; map(); $(".journey").hidden = true; $(".opinion").textContent = "";
  way = WAYS.includes(wanted.direction) ? wanted.direction : answer.direction;
  const title = TITLES[request.name] || "The picture as it came";
  $(".before").src = $(".stop0").src = answer.url; $(".before").alt = title;
  $(".guess").textContent = guess();
  show(before, null, answer.width, answer.height);
  $$(".examples [data-example]").forEach((b) => b.setAttribute("aria-pressed", b.dataset.example === request.name));
  update(); bump("opened");
  return true;
}
function guess() {
  const { horse, zebra } = picture.beliefs, seen = picture.direction.split("_to_")[0];
  const says = Math.abs(horse - zebra) < 0.05 ? "Hard to say what this is" : `Looks like a ${seen}`;
  return `${says}: the critic of horses believes ${percent(horse)}, the critic of zebras ${percent(zebra)}.` + (way === picture.direction ? " If they are wrong, change it." : "");
}
function take(file) {
  if (!file) return;
  if (file.size > MOST) { say("The file is larger than 25 MB; save the picture smaller and try again."); return; }
  open({ ask: "open" }, {}, { picture: file });
}
const example = (name, wanted) => open({ ask: "example", name }, wanted);

// --- translating ---
const translate = window.GA.latest(ask, async (answer, asked) => {
  if (!picture || live || asked.key !== picture.key || asked.direction !== way || asked.model !== $(".model").value) return;
  root.classList.remove("busy");
  if (answer.error) {
    $(".facts").textContent = "";
    if (asked.model === "ours") { say(answer.error); root.dataset.state = "error"; return; }
    $(".model").value = "ours"; update();
    $(".fallback").textContent = `${answer.error} Our own networks go on in their place.`;
    return;
  }
  const after = await load(answer.url);
  if (live || asked.key !== picture.key || asked.direction !== way) return;
  show(picture.image, after, picture.width, picture.height);
  $(".after").setAttribute("aria-label", `${$(".before").alt}, as a ${kinds()[1]}`);
  $(".facts").textContent = `${answer.facts} · ${picture.full[0]} × ${picture.full[1]} pixels`;
  $(".download").disabled = false;
  root.dataset.state = "ready"; bump("answers");
  weigh(); spoil();
});
const judge = window.GA.latest(ask, (answer, asked) => {
  if (!picture || live || asked.key !== picture.key || asked.direction !== way || asked.strength !== strength || asked.model !== $(".model").value) return;
  if (answer.error) { say(answer.error); return; }
  judged = answer; map();
  const [from, to] = kinds();
  $(".opinion").textContent = `On average, the critic of ${to}s believes ${percent(answer.belief)} of the result.`;
  $(".stop2").src = answer.back; $(".stop3").src = answer.difference;
  $(".from").textContent = $(".again").textContent = from; $(".to").textContent = to;
  $(".lost").textContent = `A pixel came back ${(answer.mean * 100).toFixed(1)} % of the range from black to white away from where it was, on average.`;
  $(".journey").hidden = false; bump("trips");
});
const asked = () => ({ key: picture.key, direction: way, model: $(".model").value });
function weigh() { if (picture && !live) judge({ ask: "judge", ...asked(), strength }); }
function update() {
  $$("[data-way]").forEach((b) => b.setAttribute("aria-pressed", b.dataset.way === way));
  $(".much").value = strength; $(".strength output").textContent = strength.toFixed(2);
  if (!picture || live) return;
  say(""); remember();
  root.classList.add("busy"); $(".download").disabled = true;
  if ($(".model").value !== "ours") $(".facts").textContent = "fetching the published pair, if it is not here yet…";
  translate({ ask: "translate", ...asked() });
}
function remember() {
  const values = {};
  if (picture.example) Object.assign(values, { example: picture.example, direction: way, strength }, $(".model").value === "ours" ? {} : { model: $(".model").value });
  $(".share").disabled = !picture.example;
  $(".share").title = picture.example ? "" : "Your own picture stays with you; a link cannot carry it.";
  if (root.offsetParent) window.GA.write("horse-to-zebra", values);
}
