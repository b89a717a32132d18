// What every tab does with its part of the page: find, fill, listen. Escaping happens here and nowhere else.

const SPECIAL = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

/** Text that may stand in HTML, between tags and in quoted attributes. */
export const escaped = (text) => String(text).replace(/[&<>"']/g, (c) => SPECIAL[c]);

/** HTML that {@link html} made, and that it therefore does not escape again. */
class Markup {
  constructor(text) {
    this.text = text;
  }
  toString() {
    return this.text;
  }
}

const spell = (value) =>
  Array.isArray(value) ? value.map(spell).join("") : value instanceof Markup ? value.text : escaped(value ?? "");

/** A template tag: html`<b>${name}</b>`. What stands in it is escaped, unless html made it; lists are joined. */
export const html = (strings, ...values) => new Markup(String.raw({ raw: strings }, ...values.map(spell)));

/**
 * The tools of a tab, within the element that all of it stands in.
 * @param {any} root
 */
export function within(root) {
  /** @returns {any} the first element that matches, or null */
  const $ = (selector) => root.querySelector(selector);
  /** @returns {any[]} all elements that match */
  const $$ = (selector) => [...root.querySelectorAll(selector)];
  /** Say what went wrong and what to do, or take it back. */
  const say = (words = "") => {
    $(".error").textContent = words;
  };
  const tools = {
    root,
    $,
    $$,
    /** Listen for events ("click", "input change") on all elements that match; handle(event, element, its place). */
    on(selector, types, handle) {
      $$(selector).forEach((element, i) => {
        for (const type of types.split(" ")) element.addEventListener(type, (event) => handle(event, element, i));
      });
    },
    /** Listen for clicks on the buttons inside an element, those that come later included; handle(button, event). */
    pick(selector, handle) {
      $(selector).addEventListener("click", (event) => {
        const button = event.target.closest("button");
        if (button) handle(button, event);
      });
    },
    /** Make HTML the content of an element; escaped unless html made it. */
    fill(selector, markup) {
      $(selector).innerHTML = spell(markup);
    },
    text(selector, words) {
      $(selector).textContent = words ?? "";
    },
    hide(selector, whether) {
      for (const element of $$(selector)) element.hidden = whether;
    },
    disable(selector, whether) {
      for (const element of $$(selector)) element.disabled = whether;
    },
    /** Of some buttons, press those that pass the test. */
    press(selector, test) {
      $$(selector).forEach((button, i) => {
        button.setAttribute("aria-pressed", String(test(button, i)));
      });
    },
    /** Have the buttons with data-NAME pressed one at a time; choose(the value of the one that was clicked, it). */
    toggle(name, choose) {
      tools.on(`[data-${name}]`, "click", (_, button) => {
        tools.press(`[data-${name}]`, (other) => other === button);
        choose(button.dataset[name], button);
      });
    },
    say,
    /** Say what is wrong with an answer, or take back what was said before; whether something is wrong. */
    failed({ error }) {
      say(error);
      return Boolean(error);
    },
    /** The same, noted as the tab's state as well; whether all is well. */
    settled({ error }) {
      say(error);
      root.dataset.state = error ? "error" : "ready";
      return !error;
    },
    /** Whether the tab is in front. */
    visible: () => root.isConnected && root.offsetParent !== null,
    /** Count in a data attribute how often something happened, for whoever waits for it. */
    count(name) {
      root.dataset[name] = String(1 + Number(root.dataset[name] || 0));
    },
  };
  return tools;
}

/** Listen on something that outlives a tab, such as the document, until the tab has left the page. */
export function listenWhile(root, target, type, handle) {
  const listen = (event) => {
    if (root.isConnected) handle(event);
    else target.removeEventListener(type, listen);
  };
  target.addEventListener(type, listen);
}

/**
 * Follow a pointer from press to release, also outside the element.
 * @param {any} element
 * @param {object} hooks
 * @param {(event: any) => any} hooks.start may refuse by returning false
 * @param {(event: any, passed: any[]) => void} hooks.move has the event and all that were skipped since the last one
 * @param {(event: any) => void} [hooks.end]
 */
export function drag(element, { start, move, end }) {
  let dragging = false;
  element.addEventListener("pointerdown", (event) => {
    if (event.button || start(event) === false) return;
    dragging = true;
    try {
      element.setPointerCapture(event.pointerId);
    } catch {
      // a pointer that is gone already
    }
  });
  element.addEventListener("pointermove", (event) => {
    const passed = event.getCoalescedEvents?.() ?? [];
    if (dragging) move(event, passed.length ? passed : [event]);
  });
  for (const type of ["pointerup", "pointercancel"])
    element.addEventListener(type, (event) => {
      if (dragging) end?.(event);
      dragging = false;
    });
}

/** Where an event happened, in shares of an element's width and height. */
export function placeIn(element, { clientX, clientY }) {
  const box = element.getBoundingClientRect();
  return [(clientX - box.left) / box.width, (clientY - box.top) / box.height];
}

/** A picture, decoded. */
export async function loadImage(url) {
  const image = new Image();
  image.src = url;
  await image.decode();
  return image;
}

/** A canvas of this size that is not shown. */
export function canvasOf(width, height) {
  return Object.assign(document.createElement("canvas"), { width, height });
}

export const sleep = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));
export const nextFrame = () => new Promise(requestAnimationFrame);
