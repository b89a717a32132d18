// A second class, and how much of it is mixed into the first.

import { html } from "../../lib/dom.js";
import { percent } from "../../lib/numbers.js";

/**
 * @param {any} ui the tools of the tab
 * @param {object} hooks
 * @param {(values: object) => void} hooks.change goes elsewhere
 * @param {(selector: string, turned: (value: number) => object) => void} hooks.asksAlways makes a slider of what it turns
 */
export function openBlend({ $, on, fill, hide }, { change, asksAlways }) {
  const other = () => Number($(".other").value);
  asksAlways(".blend input", (value) => ({ other: other(), share: value / 100 }));
  on(".other", "change", () => change({ other: other(), share: Number($(".blend input").value) / 100 || 0.5 }));

  return {
    /** Offer classes by their names; nothing can be mixed where there are none. */
    offer(names) {
      fill(
        ".other",
        names.map((name, k) => html`<option value="${k}">${name}</option>`),
      );
      hide(".blend", !names.length);
    },
    /** Show what is mixed into a class. */
    blended(state, label) {
      const options = [...$(".other").options];
      if (!options.length) return;
      for (const option of options) option.disabled = Number(option.value) === label;
      $(".other").value = state.other ?? (label + 2) % options.length;
      $(".blend input").value = Math.round(state.share * 100);
      $(".blend output").value = percent(state.share);
    },
  };
}
