// Links that reproduce what one sees: the page's hash is "#tab?key=value&...". No request is made for it.

/** What a hash says of a tab: its values as strings, or nothing if it speaks of another. */
export function parse(hash, tab) {
  const [name, query] = hash.slice(1).split("?");
  return name === tab ? Object.fromEntries(new URLSearchParams(query || "")) : {};
}

/** The hash that {@link parse} reads. */
export function format(tab, values) {
  const query = new URLSearchParams(values).toString();
  return `#${tab}${query ? `?${query}` : ""}`;
}

/** @returns {Record<string, string>} */
export const read = (tab) => parse(location.hash, tab);

/** Whether the page's link speaks of a tab. */
export const names = (tab) => location.hash.slice(1).split("?")[0] === tab;

export const write = (tab, values) =>
  history.replaceState(null, "", location.pathname + location.search + format(tab, values));

export const OWN = "Your own picture stays with you; a link cannot carry it.";

/** Have "Copy link" copy the page's address; remember() puts into it what is seen. */
export function shares({ on }, remember = () => {}) {
  on(".share", "click", (_, button) => {
    remember();
    copyLink(button);
  });
}

/** Let "Copy link" be pressed, unless there is a reason why no link can carry what is seen. */
export function shareUnless({ $, disable }, why) {
  disable(".share", Boolean(why));
  $(".share").title = why;
}

/** Copy the page's address, and say so on the button for a moment. */
async function copyLink(button) {
  const words = button.textContent;
  try {
    await navigator.clipboard.writeText(location.href);
    button.textContent = "Link copied";
  } catch {
    window.prompt("Copy this link", location.href);
  }
  setTimeout(() => {
    button.textContent = words;
  }, 1600);
}

/** Save what is at an address under a name. */
export function save(url, name) {
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
}

/** Make buttons save what the server makes for them: makeFile(button) gives its answer, a url and a name. */
export function saves({ on, failed }, selector, makeFile) {
  on(selector, "click", async (_, button) => {
    button.disabled = true;
    const answer = await makeFile(button);
    button.disabled = false;
    if (!failed(answer)) save(answer.url, answer.name);
  });
}

/** Save a Blob under a name. */
export function saveBlob(blob, name) {
  const url = URL.createObjectURL(blob);
  save(url, name);
  setTimeout(() => URL.revokeObjectURL(url), 10000);
}
