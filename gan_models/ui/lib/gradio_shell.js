// Every touch of Gradio's own page: its tabs. What the style sheets know of it stands in static/gradio.css.

const TAB = 'button[role="tab"]';
const HIDDEN_TAB = ".overflow-menu button"; // a narrow page keeps some in a menu
const TRIES = 600;
const EVERY_MS = 100;

/** A tab's name in links: "real-or-fake" for "Real or fake?". */
export const slug = (title) => title.trim().toLowerCase().replace(/\W+/g, "-").replace(/-$/, "");

const title = (button) => button.textContent.trim();
const find = (wanted) =>
  [.../** @type {any} */ (document.querySelectorAll(`${TAB}, ${HIDDEN_TAB}`))].find((b) => slug(title(b)) === wanted);

/** The title of the tab that is open; undefined before there is one. */
export function openTitle() {
  const open = document.querySelector(`${TAB}[aria-selected="true"]`);
  return open ? title(open) : undefined;
}

/** Open the tab of that name, as soon as the page has it. */
export function openTab(wanted) {
  let tries = 0;
  const look = () => {
    const tab = find(wanted);
    if (tab && tab.getAttribute("aria-selected") !== "true") tab.click();
    return Boolean(tab) || ++tries > TRIES;
  };
  if (look()) return;
  const timer = setInterval(() => look() && clearInterval(timer), EVERY_MS);
}

/** Call tell(title) when another tab opens. */
export function whenTabOpens(tell) {
  let last;
  const look = () => {
    const open = openTitle();
    if (open !== last) tell(open);
    last = open;
  };
  new MutationObserver(look).observe(document.documentElement, {
    subtree: true,
    childList: true,
    attributes: true,
    attributeFilter: ["aria-selected"],
  });
  look();
}
