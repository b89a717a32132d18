const root = element.querySelector(".family");
const names = [...root.querySelectorAll(".name")];
const of = (key) => names.find((n) => n.dataset.key === key);
const parents = (name) => name.dataset.parents.split(" ").filter(Boolean);
const list = matchMedia("(max-width: 900px)");

// The nearest ancestors up to the first GAN, the relative itself included.
function line(key) {
  const keys = [key];
  for (let name = of(key); parents(name).length; name = of(keys.at(-1))) keys.push(parents(name)[0]);
  return keys;
}
function choose(key, remember = true) {
  const shown = of(key)?.getAttribute("aria-expanded") === "true";
  const open = list.matches && shown && remember ? null : key;  // in the list a second tap closes
  const kin = open ? line(open) : [];
  for (const name of names) {
    const here = name.dataset.key === open;
    name.setAttribute("aria-expanded", here);
    name.classList.toggle("ancestor", !here && kin.includes(name.dataset.key));
    root.querySelector("#about-" + name.dataset.key).hidden = !here;
  }
  for (const path of root.querySelectorAll(".lines path")) {
    const { from, to } = path.dataset;
    path.classList.toggle("hot", !path.classList.contains("also") && kin.includes(from) && kin.includes(to));
  }
  const about = open && root.querySelector("#about-" + open);
  if (about) root.querySelector(".tree").style.setProperty("--about", about.offsetHeight + "px");
  if (remember) window.GA.write("family-tree", open ? { who: open } : {});
}
// The arrow keys walk the tree: left to the parent, right to a child, up and down to whoever stands there.
const where = (name) => { const box = name.getBoundingClientRect(); return [box.left, box.top]; };
function neighbour(name, key) {
  if (key === "ArrowLeft") return of(parents(name)[0]);
  if (key === "ArrowRight") return names.find((n) => parents(n)[0] === name.dataset.key);
  const [x, y] = where(name), down = key === "ArrowDown" ? 1 : -1;
  const beyond = names.filter((n) => (where(n)[1] - y) * down > 1);
  const far = (n) => Math.abs(where(n)[0] - x) + 3 * Math.abs(where(n)[1] - y);
  return beyond.sort((a, b) => far(a) - far(b))[0];
}
for (const name of names) {
  name.addEventListener("click", () => choose(name.dataset.key));
  name.addEventListener("keydown", (event) => {
    if (!event.key.startsWith("Arrow") || event.ctrlKey || event.metaKey || event.altKey) return;
    const next = neighbour(name, event.key);
    event.preventDefault();
    if (!next) return;
    next.focus();
    if (!list.matches) choose(next.dataset.key);
  });
}
for (const go of root.querySelectorAll(".go")) go.addEventListener("click", () => window.GA.openTab(go.dataset.tab));
const asked = window.GA.read("family-tree").who;
choose(of(asked) ? asked : "gan", false);
if (of(asked) && list.matches) of(asked).scrollIntoView({ block: "center" });
new ResizeObserver(() => {  // the text below keeps clear of what is open, whatever the width
  const about = root.querySelector(".about:not([hidden])");
  if (about) root.querySelector(".tree").style.setProperty("--about", about.offsetHeight + "px");
}).observe(root);
root.dataset.state = "ready";
