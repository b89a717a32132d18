// Links that reproduce what one sees: the page's hash is "#tab?key=value&...". No request is made for it.
window.GA = {
  read(tab) {
    const [name, query] = location.hash.slice(1).split("?");
    return name === tab ? Object.fromEntries(new URLSearchParams(query || "")) : {};
  },
  write(tab, values) {
    const query = new URLSearchParams(values).toString();
    history.replaceState(null, "", location.pathname + location.search + "#" + tab + (query ? "?" + query : ""));
  },
  async copyLink(button) {
    const old = button.textContent;
    try { await navigator.clipboard.writeText(location.href); button.textContent = "Link copied"; }
    catch { window.prompt("Copy this link", location.href); }
    setTimeout(() => { button.textContent = old; }, 1600);
  },
  save(url, name) {
    const a = document.createElement("a");
    a.href = url; a.download = name; a.click();
  },
  session: Array.from(crypto.getRandomValues(new Uint8Array(16)), (b) => b.toString(16).padStart(2, "0")).join(""),
  // Ask the handlers of a tab; files are blobs by name. The answer is an object, with "error" where there is none.
  async ask(tab, request, files = {}, options = {}) {
    const root = new URL((window.gradio_config?.root || "").replace(/\/*$/, "/"), location.href);
    const headers = { "X-Atelier-Session": window.GA.session };
    let body = JSON.stringify(request);
    if (Object.keys(files).length) {
      const form = new FormData();
      form.append("request", body);
      for (const [name, blob] of Object.entries(files)) form.append(name, blob, name);
      body = form;
    } else headers["Content-Type"] = "application/json";
    try {
      const response = await fetch(new URL(`atelier/ask/${tab}`, root), { method: "POST", headers, body, ...options });
      return response.status === 413 ? { error: await response.text() } : await response.json();
    } catch { return { error: "The server did not answer. Is it still running?" }; }
  },
  // Calls ask(request) with the newest request only, one at a time; done(answer, request) when it is there.
  latest(ask, done) {
    let busy = false, next = null;
    return async function send(request) {
      next = request;
      if (busy) return;
      busy = true;
      while (next) {
        const now = next; next = null;
        try { done(await ask(now), now); }
        catch (error) { done({ error: "The server did not answer. Is it still running?" }, now); }
      }
      busy = false;
    };
  },
};
// Select the tab of that name ("real-or-fake" is "Real or fake?"), as soon as the page has it.
window.GA.openTab = (wanted) => {
  let tries = 0;
  const timer = setInterval(() => {
    const tab = [...document.querySelectorAll('button[role="tab"], .overflow-menu button')]  // a phone hides some in a menu
      .find((b) => b.textContent.trim().toLowerCase().replace(/\W+/g, "-").replace(/-$/, "") === wanted);
    if (tab) { if (tab.getAttribute("aria-selected") !== "true") tab.click(); clearInterval(timer); setTimeout(markTab, 80); }
    if (++tries > 600) clearInterval(timer);
  }, 100);
};
// The tabs of narrow screens open Gradio's, and say which of them is open.
document.addEventListener("click", (event) => {
  const chosen = event.target.closest?.("#ga-tabs button");
  if (chosen) window.GA.openTab(chosen.dataset.tab);
});
const markTab = () => {
  const open = document.querySelector('button[role="tab"][aria-selected="true"]')?.textContent.trim();
  for (const button of document.querySelectorAll("#ga-tabs button"))
    button.textContent === open ? button.setAttribute("aria-current", "page") : button.removeAttribute("aria-current");
  return open;
};
const firstTab = setInterval(() => { if (markTab()) clearInterval(firstTab); }, 100);
new MutationObserver(markTab).observe(document.documentElement, { subtree: true, attributes: true, attributeFilter: ["aria-selected"] });
// Hand a GAN that was trained on this page to the tab that samples it; that tab may not have been opened yet.
window.GA.openToy = (toy) => {
  window.GA.toy = { ...toy, open: true };
  window.dispatchEvent(new CustomEvent("ga-toy", { detail: window.GA.toy }));
  window.GA.openTab("sample");
};
if (location.hash.length > 1) window.GA.openTab(location.hash.slice(1).split("?")[0]);
