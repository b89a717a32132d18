// A tour through the tabs. It starts only when asked to, and stands beside what it talks about, never on it.
(() => {
  const STEPS = @STEPS@, WORDS = @WORDS@;
  const EDGE = 8, GAP = 14, PAD = 5;  // to the window, from ring to card, from control to ring
  const SEEN = "ga-tour-seen";
  let at = -1, card = null, ring = null, timer = 0, side = "", looks = 0;

  const seen = () => { try { return localStorage.getItem(SEEN) === "1"; } catch { return false; } };
  const start = () => document.getElementById("ga-tour-start");
  const tidy = () => start()?.classList.toggle("seen", seen());
  function target() {
    const step = STEPS[at];
    return [...document.querySelectorAll(step.ring)].find((e) => { const r = e.getBoundingClientRect(); return r.width > 4 && r.height > 4; });
  }
  function build() {
    card = document.createElement("div"); ring = document.createElement("div");
    card.id = "ga-tour"; ring.id = "ga-tour-ring"; ring.hidden = true; ring.setAttribute("aria-hidden", "true");
    card.setAttribute("role", "dialog"); card.setAttribute("aria-labelledby", "ga-tour-title"); card.setAttribute("aria-describedby", "ga-tour-say");
    card.innerHTML = `<div aria-live="polite"><h2 id="ga-tour-title"></h2><p id="ga-tour-say"></p><button type="button" class="try"></button><p class="count"></p></div>
      <button type="button" class="close" aria-label="${WORDS.close}">×</button>
      <div class="steps"><button type="button" class="back">${WORDS.back}</button><button type="button" class="next"></button></div>`;
    document.body.append(ring, card);
    card.querySelector(".close").onclick = close;
    card.querySelector(".back").onclick = () => go(at - 1);
    card.querySelector(".next").onclick = () => (at === STEPS.length - 1 ? close() : go(at + 1));
    card.querySelector(".try").onclick = () => {
      const found = target(), inside = STEPS[at].reach && found?.querySelector(STEPS[at].reach);
      (inside || found)?.focus({ preventScroll: true });
    };
  }
  function go(step) {
    at = step; side = ""; looks = 0;
    const { tab, title, say, invite } = STEPS[at];
    const put = (name, text) => { card.querySelector(name).textContent = text; };
    put("h2", title); put("#ga-tour-say", say); put(".try", invite);
    put(".count", `${at + 1} ${WORDS.of} ${STEPS.length}`);
    put(".next", at === STEPS.length - 1 ? WORDS.last : WORDS.next);
    card.querySelector(".back").hidden = at === 0;
    card.dataset.step = at;
    ring.hidden = true;
    window.GA.openTab(tab);
    card.querySelector(".next").focus({ preventScroll: true });
    place();
  }
  const apart = (a, b) => a.right <= b.left || b.right <= a.left || a.bottom <= b.top || b.bottom <= a.top;
  // Where the card may stand without lying on the ring: names of places with their boxes, in order of preference.
  function rooms(ring, w, h, width, height) {
    const x = Math.max(EDGE, Math.min(ring.left, width - w - EDGE)), y = Math.max(EDGE, Math.min(ring.top, height - h - EDGE));
    const right = width - w - EDGE, low = height - h - EDGE;
    const places = {
      below: [x, ring.bottom + GAP], right: [ring.right + GAP, y], above: [x, ring.top - GAP - h], left: [ring.left - GAP - w, y],
      lowRight: [right, low], lowLeft: [EDGE, low], highRight: [right, EDGE], highLeft: [EDGE, EDGE],
    };
    return Object.entries(places)
      .map(([name, [left, top]]) => ({ name, left, top, right: left + w, bottom: top + h }))
      .filter((b) => b.left >= EDGE && b.top >= EDGE && b.right <= width - EDGE + 1 && b.bottom <= height - EDGE + 1 && apart(b, ring));
  }
  const around = (element) => {
    const b = element.getBoundingClientRect();
    return { left: b.left - PAD, right: b.right + PAD, top: b.top - PAD, bottom: b.bottom + PAD };
  };
  function place() {
    if (at < 0) return;
    const found = target(), width = document.documentElement.clientWidth, height = window.innerHeight;
    const w = card.offsetWidth, h = card.offsetHeight;
    card.querySelector(".try").disabled = !found;
    ring.hidden = !found;
    let spot = { left: width - w - EDGE, top: height - h - EDGE };
    if (found) {
      let r = around(found);
      if (looks < 4) {  // a few times, for a tab that is still laying itself out: bring the control into sight
        looks += 1;
        const seen = r.top >= EDGE && r.bottom <= height - EDGE;
        const wanted = Math.max(EDGE, Math.min(height / 4, height - h - 2 * EDGE - GAP - (r.bottom - r.top)));
        if (!seen || !rooms(r, w, h, width, height).length) { window.scrollBy(0, r.top - wanted); r = around(found); }
      }
      Object.assign(ring.style, { left: `${r.left}px`, top: `${r.top}px`, width: `${r.right - r.left}px`, height: `${r.bottom - r.top}px` });
      const free = rooms(r, w, h, width, height);
      const keep = [...document.querySelectorAll(STEPS[at].clear)].map((e) => e.getBoundingClientRect()).filter((b) => b.width && b.height);
      const best = free.filter((b) => keep.every((k) => apart(b, k)));
      const choice = best.length ? best : free;
      spot = choice.find((b) => b.name === side) || choice[0] || spot;
      side = spot.name || "";
    }
    Object.assign(card.style, { left: `${spot.left}px`, top: `${spot.top}px` });
  }
  function open() {
    if (at >= 0) return;
    try { localStorage.setItem(SEEN, "1"); } catch { /* private windows may refuse */ }
    if (!card) build();
    card.hidden = false; card.style.display = "";
    timer = setInterval(place, 150);
    tidy(); go(0);
  }
  function close() {
    clearInterval(timer); at = -1; ring.hidden = true; card.style.display = "none";
    start()?.focus({ preventScroll: true });  // whoever wants to play on stays where the tour left off
  }
  document.addEventListener("click", (event) => { if (event.target.closest?.("#ga-tour-start")) open(); });
  document.addEventListener("keydown", (event) => { if (at >= 0 && event.key === "Escape") { event.preventDefault(); close(); } });
  for (const name of ["scroll", "resize"]) window.addEventListener(name, place, { passive: true });
  const waiting = setInterval(() => { if (start()) { tidy(); clearInterval(waiting); } }, 200);
})();
