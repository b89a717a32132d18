
// --- hands and keys ---
$(".way").addEventListener("click", (e) => {
  const b = e.target.closest("[data-way]");
  if (!b || b.dataset.way === way) return;
  way = b.dataset.way; judged = null; map(); $(".fallback").textContent = ""; $(".opinion").textContent = "";
  if (picture) $(".guess").textContent = guess();
  update();
});
$(".much").addEventListener("input", (e) => { strength = Number(e.target.value); $(".strength output").textContent = strength.toFixed(2); paint(); });
$(".much").addEventListener("change", () => { if (picture && !live) { remember(); weigh(); } });
$(".map").addEventListener("change", map);
$(".model").addEventListener("change", () => { $(".fallback").textContent = ""; judged = null; map(); update(); });
$(".wipe").addEventListener("input", wipe);
const slide = (e) => { const b = $(".compare").getBoundingClientRect(); $(".wipe").value = clamp((100 * (e.clientX - b.left)) / b.width, 0, 100); wipe(); };
$(".compare").addEventListener("pointerdown", (e) => { if (made && !e.button) { $(".compare").setPointerCapture(e.pointerId); slide(e); } });
$(".compare").addEventListener("pointermove", (e) => { if (made && e.buttons) slide(e); });
$(".file").addEventListener("change", (e) => { take(e.target.files[0]); e.target.value = ""; });
$$("[data-example]").forEach((b) => b.addEventListener("click", () => {
  example(b.dataset.example);
  if (b.closest(".failures")) $(".sources").scrollIntoView({ behavior: "smooth", block: "start" });
}));
$(".surprise").addEventListener("click", () => {
  const others = Object.keys(TITLES).filter((name) => name !== picture?.example);
  example(others[Math.floor(Math.random() * others.length)]);
});
const paste = (e) => {
  if (!root.isConnected) { document.removeEventListener("paste", paste); return; }
  if (!root.offsetParent) return;  // another tab is in front
  const found = [...(e.clipboardData?.items || [])].find((i) => i.type.startsWith("image/"));
  if (found) { e.preventDefault(); take(found.getAsFile()); }
};
document.addEventListener("paste", paste);
const bench = $(".bench");
bench.addEventListener("dragover", (e) => { e.preventDefault(); bench.classList.add("over"); });
bench.addEventListener("dragleave", () => bench.classList.remove("over"));
bench.addEventListener("drop", (e) => { e.preventDefault(); bench.classList.remove("over"); take(e.dataTransfer.files[0]); });
$(".download").addEventListener("click", async () => {
  const button = $(".download");
  button.disabled = true;
  const answer = await ask({ ask: "save", ...asked(), strength });
  button.disabled = false;
  if (answer.error) { say(answer.error); return; }
  window.GA.save(answer.url, answer.name);
});
$(".share").addEventListener("click", (e) => { remember(); window.GA.copyLink(e.currentTarget); });

// --- live: one frame on its way at a time, the newest next ---
const FRAME = 256, lens = document.createElement("canvas"), video = $(".video");
function snap(side) {  // what the camera sees now, its shorter side as given
  const scale = Math.min(1, side / Math.min(video.videoWidth, video.videoHeight));
  lens.width = Math.round(video.videoWidth * scale); lens.height = Math.round(video.videoHeight * scale);
  lens.getContext("2d").drawImage(video, 0, 0, lens.width, lens.height);
  return new Promise((done) => lens.toBlob(done, "image/jpeg", 0.9));
}
async function start() {
  say("");
  if (!navigator.mediaDevices?.getUserMedia) { say("This browser gives the camera to secure pages only; open a picture instead."); return; }
  let stream;
  try { stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment", width: { ideal: 1280 } } }); }
  catch { say("The camera is off limits or missing; allow it in the browser, or open a picture instead."); return; }
  video.srcObject = stream; await video.play();
  live = stream; judged = null; map();
  $(".camera").setAttribute("aria-pressed", true); $(".camera").textContent = "Stop the camera"; $(".keep").hidden = false;
  $(".journey").hidden = true; $(".guess").textContent = $(".opinion").textContent = ""; $(".before").alt = "What the camera sees";
  $$(".download, .share").forEach((b) => { b.disabled = true; }); root.classList.remove("busy");
  while (live === stream) {
    if (!root.isConnected || !root.offsetParent) { stop(); break; }  // another tab is in front: let go of the camera
    if (document.hidden || !video.videoWidth) { await new Promise((done) => setTimeout(done, 200)); continue; }
    const frame = await snap(FRAME), model = $(".model").value;
    const answer = await call({ ask: "live", direction: way, model }, { picture: frame });
    if (live !== stream) break;
    if (answer.error && model !== "ours") { $(".model").value = "ours"; $(".fallback").textContent = `${answer.error} Our own networks go on in their place.`; continue; }
    if (answer.error) { say(answer.error); stop(); break; }
    const seen = URL.createObjectURL(frame), [before, after] = await Promise.all([load(seen), load(answer.url)]);
    URL.revokeObjectURL($(".before").src);
    if (live !== stream) break;
    $(".before").src = seen; show(before, after, before.naturalWidth, before.naturalHeight);
    $(".facts").textContent = `${answer.facts} · live`;
    bump("frames");
    await new Promise((done) => requestAnimationFrame(done));
  }
  stream.getTracks().forEach((t) => t.stop());
}
function halt() {  // let go of the camera; whether it was on
  if (!live) return false;
  live.getTracks().forEach((t) => t.stop());
  live = null; video.srcObject = null;
  $(".camera").setAttribute("aria-pressed", false); $(".camera").textContent = "Live from the camera"; $(".keep").hidden = true;
  return true;
}
function restore() {  // show the open picture again
  if (!picture) return;
  $(".before").src = picture.url; $(".before").alt = TITLES[picture.example] || "The picture as it came"; $(".guess").textContent = guess();
  show(picture.image, null, picture.width, picture.height); update();
}
function stop() { if (halt()) restore(); }
$(".camera").addEventListener("click", () => (live ? stop() : start()));
$(".keep").addEventListener("click", async () => { if (video.videoWidth) open({ ask: "open" }, {}, { picture: await snap(1024) }); });

// --- the row of failures: what the networks make of it, asked for when somebody scrolls there ---
let spoiled = "";
async function spoil() {
  const model = $(".model").value;
  if (spoiled === model || !spoiled) return;
  spoiled = model;
  const answer = await call({ ask: "failures", model });
  if (answer.made && spoiled === model) Object.entries(answer.made).forEach(([name, url]) => { $(`[data-made="${name}"]`).src = url; });
}
new IntersectionObserver((seen, watcher) => { if (seen.some((s) => s.isIntersecting)) { watcher.disconnect(); spoiled = "none"; spoil(); } }).observe($(".failures"));

async function begin() {
  const asked = Number(link.strength);
  if (link.strength !== undefined && Number.isFinite(asked)) strength = clamp(asked, 0, 1.5);
  if (MODELS.includes(link.model)) $(".model").value = link.model;
  $(".wipe").value = matchMedia("(max-width: 760px)").matches ? 50 : 0;
  wipe(); update();
  if (!(link.example && (await example(link.example, link)))) await example("meadow");
}
begin();
