// --- galleries: women's, men's, and anyone's ---
const sortOf = (key) => (key === "anyone" ? "Anyone" : /women/.test(key) ? "Women" : "Men");
const shortTitle = (title) => { const rest = title.replace(/\b(wo)?men\b/i, "").trim(); return rest ? rest[0].toUpperCase() + rest.slice(1) : "All"; };
function sort(name) {
  $$(".sorts button").forEach((b) => b.setAttribute("aria-pressed", b.dataset.sort === name));
  $(".kinds").innerHTML = name === "Anyone" ? '<button type="button" data-kind="anyone">Others</button>'
    : galleries.filter((g) => sortOf(g.key) === name).map((g) => `<button type="button" data-kind="${g.key}" title="${g.title}">${shortTitle(g.title)}</button>`).join("");
}
async function gallery(key) {
  kind = key;
  if (key === "anyone") anyone = [...Array(SHOWN)].map(() => dice(1e6));
  $$(".kinds button").forEach((b) => b.setAttribute("aria-pressed", b.dataset.kind === key));
  const seeds = key === "anyone" ? anyone : galleries.find((g) => g.key === key).seeds, name = seeds.join();
  let sheet = sheets.get(name);
  if (!sheet) {
    $(".grid").classList.add("busy");
    sheet = await ask({ ask: "faces", seeds });
    $(".grid").classList.remove("busy");
    if (sheet.error) { $(".error").textContent = sheet.error; return; }
    await loaded(sheet, false);
    sheets.set(name, sheet);
    if (sheets.size > 24) sheets.delete(sheets.keys().next().value);
  }
  if (kind !== key) return;
  sheet.seeds.forEach((seed, k) => keep(seed, sheet, k, sheet.said[k]));
  $(".grid").innerHTML = sheet.seeds.map((seed, k) => `<button type="button" draggable="true" data-seed="${seed}" data-said="${sheet.said[k]}" title="${sheet.said[k]}, number ${seed}"><span class="face"><i></i></span><span class="mark"></span></button>`).join("") + HOLE.repeat(SHOWN - sheet.seeds.length);
  $$(".grid button").forEach((b, k) => put(b.firstElementChild, sheet, k));
  columns();
}
$(".grid").addEventListener("click", (e) => { const b = e.target.closest("button"); if (b) add(+b.dataset.seed); });
$(".kinds").addEventListener("click", (e) => { const b = e.target.closest("button"); if (b) gallery(b.dataset.kind); });
$(".sorts").addEventListener("click", (e) => { const b = e.target.closest("button"); if (b) { sort(b.dataset.sort); gallery($(".kinds button").dataset.kind); } });
$(".target").addEventListener("click", (e) => { const b = e.target.closest("button"); if (b) aim(b.dataset.target); });
$(".equation").addEventListener("click", (e) => {
  const name = e.target.closest(".column")?.dataset.column, b = e.target.closest("button");
  if (!name) return;
  aim(name);
  if (b?.dataset.seed) remove(+b.dataset.seed, name);
  else if (b) $(".drawer").scrollIntoView({ block: "nearest", behavior: "smooth" });
});
root.addEventListener("dragstart", (e) => { const b = e.target.closest?.("[data-seed]"); if (b) e.dataTransfer.setData("text/plain", b.dataset.seed); });
$$(".column").forEach((box) => {
  box.addEventListener("dragover", (e) => { e.preventDefault(); box.classList.add("over"); });
  box.addEventListener("dragleave", () => box.classList.remove("over"));
  box.addEventListener("drop", (e) => {
    e.preventDefault(); box.classList.remove("over");
    const text = e.dataTransfer.getData("text/plain");
    if (/^\d+$/.test(text) && +text <= TOP) { target = box.dataset.column; add(+text); }
  });
});
