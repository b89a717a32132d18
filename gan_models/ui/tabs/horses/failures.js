// The row of failures: what the networks make of each, asked for when somebody scrolls there.

/** A function that shows what the chosen model makes of them, if they are in sight and show another's. */
export function openFailures({ $ }, ask, model) {
  let shown = null; // whose are shown; null before they are in sight
  async function show() {
    const by = model();
    if (shown === null || shown === by) return;
    shown = by;
    const { made } = await ask({ ask: "failures", model: by });
    if (shown !== by) return;
    if (!made) shown = ""; // a busy server: the next translation asks again
    for (const [name, url] of Object.entries(made ?? {})) $(`[data-made="${name}"]`).src = url;
  }
  const near = { rootMargin: "400px" }; // a thumb scrolls quickly
  const seen = new IntersectionObserver((entries) => {
    if (!entries.some((entry) => entry.isIntersecting)) return;
    seen.disconnect();
    shown = "";
    show();
  }, near);
  seen.observe($(".failures"));
  return show;
}
