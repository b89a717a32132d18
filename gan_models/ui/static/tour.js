// A tour through the tabs. It starts only when asked to, and stands beside what it talks about, never on it.

import { html } from "../lib/dom.js";
import { openTab } from "../lib/gradio_shell.js";
import { clamp } from "../lib/numbers.js";

const EDGE = 8; // to the window,
const GAP = 14; // from ring to card,
const PAD = 5; // from control to ring
const SEEN = "ga-tour-seen";
const LOOKS = 4; // how often a control is brought into sight wherever it lies; after that its visitor may scroll away

const memory = {
  get seen() {
    try {
      return localStorage.getItem(SEEN) === "1";
    } catch {
      return false;
    }
  },
  keep() {
    try {
      localStorage.setItem(SEEN, "1");
    } catch {
      // private windows may refuse
    }
  },
};

/** Whether two boxes do not overlap. */
export const apart = (a, b) => a.right <= b.left || b.right <= a.left || a.bottom <= b.top || b.bottom <= a.top;

/**
 * Where a card may stand in a window without lying on the ring: boxes with the names of their places, in order of
 * preference.
 */
export function rooms(ring, card, page) {
  const [right, low] = [page.width - card.width - EDGE, page.height - card.height - EDGE];
  const [x, y] = [clamp(ring.left, EDGE, right), clamp(ring.top, EDGE, low)];
  const places = {
    below: [x, ring.bottom + GAP],
    right: [ring.right + GAP, y],
    above: [x, ring.top - GAP - card.height],
    left: [ring.left - GAP - card.width, y],
    lowRight: [right, low],
    lowLeft: [EDGE, low],
    highRight: [right, EDGE],
    highLeft: [EDGE, EDGE],
  };
  return Object.entries(places)
    .map(([name, [left, top]]) => ({ name, left, top, right: left + card.width, bottom: top + card.height }))
    .filter((b) => b.left >= EDGE && b.top >= EDGE && b.left <= right + 1 && b.top <= low + 1 && apart(b, ring));
}

function around(element) {
  const { left, right, top, bottom } = element.getBoundingClientRect();
  return { left: left - PAD, right: right + PAD, top: top - PAD, bottom: bottom + PAD };
}

const shown = (box) => box.width > 4 && box.height > 4;
const boxes = (selector) => [...document.querySelectorAll(selector)].map((e) => e.getBoundingClientRect());

/** @param {any} begin the button that starts it */
export function offerTour(begin, { steps, words }) {
  const ring = Object.assign(document.createElement("div"), { id: "ga-tour-ring", hidden: true });
  const card = Object.assign(document.createElement("div"), { id: "ga-tour" });
  ring.setAttribute("aria-hidden", "true");
  for (const [name, value] of [
    ["role", "dialog"],
    ["aria-labelledby", "ga-tour-title"],
    ["aria-describedby", "ga-tour-say"],
  ])
    card.setAttribute(name, value);
  card.innerHTML = String(html`<div aria-live="polite"><h2 id="ga-tour-title"></h2><p id="ga-tour-say"></p>
      <button type="button" class="try"></button><p class="count"></p></div>
    <button type="button" class="close" aria-label="${words.close}">×</button>
    <div class="steps"><button type="button" class="back">${words.back}</button><button type="button" class="next"></button></div>`);
  /** @returns {any} */
  const part = (selector) => card.querySelector(selector);
  let at = -1;
  let timer;
  let side = "";
  let looks = 0;
  let laid = 0; // where the control lies on the page, which a tab may still be laying out

  /** @returns {any} */
  const target = () => [...document.querySelectorAll(steps[at].ring)].find((e) => shown(e.getBoundingClientRect()));
  const onPage = () => ({ width: document.documentElement.clientWidth, height: window.innerHeight });

  function go(step) {
    at = step;
    side = "";
    looks = 0;
    const { tab, title, say, invite } = steps[at];
    const last = at === steps.length - 1;
    part("h2").textContent = title;
    part("#ga-tour-say").textContent = say;
    part(".try").textContent = invite;
    part(".count").textContent = `${at + 1} ${words.of} ${steps.length}`;
    part(".next").textContent = last ? words.last : words.next;
    part(".back").hidden = at === 0;
    card.dataset.step = String(at);
    ring.hidden = true;
    openTab(tab);
    part(".next").focus({ preventScroll: true });
    place();
  }

  /** The box of the control; scrolled into sight, with room for the card. */
  function find(control, size, page) {
    const box = around(control);
    if (Math.abs(box.top + window.scrollY - laid) > 2) looks = 0;
    laid = box.top + window.scrollY;
    if (++looks > LOOKS) return box;
    const inSight = box.top >= EDGE && box.bottom <= page.height - EDGE;
    if (inSight && rooms(box, size, page).length) return box;
    const low = page.height - size.height - 2 * EDGE - GAP - (box.bottom - box.top);
    window.scrollBy(0, box.top - Math.max(EDGE, Math.min(page.height / 4, low)));
    return around(control);
  }

  function place() {
    if (at < 0) return;
    const control = target();
    const page = onPage();
    const size = { width: card.offsetWidth, height: card.offsetHeight };
    part(".try").disabled = !control;
    ring.hidden = !control;
    /** @type {any} */
    let spot = { left: page.width - size.width - EDGE, top: page.height - size.height - EDGE };
    if (control) {
      const box = find(control, size, page);
      const { left, top } = box;
      move(ring, { left, top, width: box.right - left, height: box.bottom - top });
      const free = rooms(box, size, page);
      const keep = boxes(steps[at].clear).filter(shown);
      const best = free.filter((b) => keep.every((k) => apart(b, k)));
      const choice = best.length ? best : free;
      spot = choice.find((b) => b.name === side) ?? choice[0] ?? spot;
      side = spot.name ?? "";
    }
    move(card, { left: spot.left, top: spot.top });
  }

  function open() {
    if (at >= 0) return;
    memory.keep();
    if (!card.isConnected) document.body.append(ring, card);
    card.style.display = "";
    timer = setInterval(place, 150);
    begin.classList.add("seen");
    go(0);
  }

  function close() {
    clearInterval(timer);
    at = -1;
    ring.hidden = true;
    card.style.display = "none";
    begin.focus({ preventScroll: true }); // whoever wants to play on stays where the tour left off
  }

  begin.classList.toggle("seen", memory.seen);
  begin.addEventListener("click", open);
  part(".close").addEventListener("click", close);
  part(".back").addEventListener("click", () => go(at - 1));
  part(".next").addEventListener("click", () => (at === steps.length - 1 ? close() : go(at + 1)));
  part(".try").addEventListener("click", () => {
    const control = target();
    const inside = steps[at].reach && control?.querySelector(steps[at].reach);
    (inside || control)?.focus({ preventScroll: true });
  });
  document.addEventListener("keydown", (event) => {
    if (at < 0 || event.key !== "Escape") return;
    event.preventDefault();
    close();
  });
  for (const name of ["scroll", "resize"]) window.addEventListener(name, place, { passive: true });
}

function move(element, places) {
  for (const [name, value] of Object.entries(places)) element.style[name] = `${value}px`;
}
