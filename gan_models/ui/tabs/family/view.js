import { within } from "../../lib/dom.js";
import { openTab } from "../../lib/gradio_shell.js";
import * as link from "../../lib/link.js";

export function start(element) {
  const { root, $, $$, on, hide } = within(element.querySelector(".family"));
  const names = $$(".name");
  const narrow = matchMedia("(max-width: 900px)"); // there it is a list
  const of = (key) => names.find((name) => name.dataset.key === key);
  const parents = (name) => name.dataset.parents.split(" ").filter(Boolean);

  /** The nearest ancestors up to the first GAN, the relative itself included. */
  function line(key) {
    const keys = [key];
    for (let name = of(key); parents(name).length; name = of(keys.at(-1))) keys.push(parents(name)[0]);
    return keys;
  }

  function choose(key, remember = true) {
    const shown = of(key)?.getAttribute("aria-expanded") === "true";
    const open = narrow.matches && shown && remember ? null : key; // in the list a second tap closes
    const kin = open ? line(open) : [];
    hide(".about", true);
    for (const name of names) {
      const here = name.dataset.key === open;
      name.setAttribute("aria-expanded", String(here));
      name.classList.toggle("ancestor", !here && kin.includes(name.dataset.key));
      if (here) hide(`#about-${open}`, false);
    }
    for (const path of $$(".lines path")) {
      const { from, to } = path.dataset;
      path.classList.toggle("hot", !path.classList.contains("also") && kin.includes(from) && kin.includes(to));
    }
    keepClear();
    if (remember) link.write("family-tree", open ? { who: open } : {});
  }

  /** The text below keeps clear of what is open, whatever the width. */
  function keepClear() {
    const about = $(".about:not([hidden])");
    if (about) $(".tree").style.setProperty("--about", `${about.offsetHeight}px`);
  }

  /** The arrow keys walk the tree: left to the parent, right to a child, up and down to whoever stands there. */
  function neighbour(name, key) {
    if (key === "ArrowLeft") return of(parents(name)[0]);
    if (key === "ArrowRight") return names.find((other) => parents(other)[0] === name.dataset.key);
    const here = name.getBoundingClientRect();
    const down = key === "ArrowDown" ? 1 : -1;
    const far = (box) => Math.abs(box.left - here.left) + 3 * Math.abs(box.top - here.top);
    return names
      .map((other) => ({ other, box: other.getBoundingClientRect() }))
      .filter(({ box }) => (box.top - here.top) * down > 1)
      .sort((a, b) => far(a.box) - far(b.box))[0]?.other;
  }

  on(".name", "click", (_, name) => choose(name.dataset.key));
  on(".name", "keydown", (event, name) => {
    if (!event.key.startsWith("Arrow") || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    const next = neighbour(name, event.key);
    next?.focus();
    if (next && !narrow.matches) choose(next.dataset.key);
  });
  on(".go", "click", (_, go) => openTab(go.dataset.tab));

  const { who } = link.read("family-tree");
  choose(of(who) ? who : "gan", false);
  if (of(who) && narrow.matches) of(who).scrollIntoView({ block: "center" });
  new ResizeObserver(keepClear).observe(root);
  root.dataset.state = "ready";
}
