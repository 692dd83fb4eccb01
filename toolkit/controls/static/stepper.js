// Numbered steps: number, tick and words say which are done and which is the current one.

import { follow, place } from "./element.js";

function render({ model, el }) {
  const list = place(el, "ol", "coach-control coach-stepper");
  const show = () => {
    const { done, current } = model.get("words");
    const at = model.get("current");
    list.setAttribute("aria-label", model.get("label"));
    list.replaceChildren();
    model.get("titles").forEach((title, index) => {
      const state = index < at ? "done" : index === at ? "current" : "open";
      const item = place(list, "li", `is-${state}`);
      place(item, "span", "coach-stepper-mark", state === "done" ? "✓" : String(index + 1)).setAttribute("aria-hidden", "true");
      place(item, "span", "coach-stepper-title", title);
      if (state === "done") place(item, "span", "coach-sr", ` (${done})`);
      if (state === "current") {
        item.setAttribute("aria-current", "step");
        place(item, "span", "coach-sr", ` (${current})`);
      }
    });
  };
  follow(model, ["titles", "current", "label", "words"], show);
}

export default { render };
