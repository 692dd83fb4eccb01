// A progress bar: words, percent where they are known, and a button to stop.

import { follow, place } from "./element.js";

function render({ model, el }) {
  const root = place(el, "div", "coach-control coach-progress-body");
  const head = place(root, "div", "coach-progress-head");
  const words = place(head, "p");
  words.setAttribute("role", "status");
  const percent = place(head, "span", "coach-progress-percent");
  percent.setAttribute("aria-hidden", "true");
  const line = place(root, "div", "coach-progress-line");
  const bar = place(line, "div", "coach-progress-bar");
  const fill = place(bar, "div", "coach-progress-fill");
  bar.setAttribute("role", "progressbar");
  bar.setAttribute("aria-valuemin", "0");
  bar.setAttribute("aria-valuemax", "100");
  const cancel = place(line, "button", "coach-button");
  cancel.type = "button";
  cancel.addEventListener("click", () => {
    if (!model.get("stopping")) model.send({ cancel: true });
  });
  const show = () => {
    const labels = model.get("labels");
    const fraction = model.get("fraction");
    const known = fraction !== null && fraction !== undefined;
    root.hidden = !model.get("running");
    root.classList.toggle("is-open-ended", !known);
    words.textContent = model.get("stopping") ? labels.stopping : model.get("words");
    percent.textContent = known ? `${Math.round(100 * fraction)} %` : "";
    fill.style.width = known ? `${100 * fraction}%` : "";
    bar.setAttribute("aria-label", labels.name);
    bar.setAttribute("aria-valuetext", [model.get("words"), percent.textContent].filter(Boolean).join(" "));
    if (known) bar.setAttribute("aria-valuenow", String(Math.round(100 * fraction)));
    else bar.removeAttribute("aria-valuenow");
    cancel.textContent = labels.cancel;
    cancel.hidden = !model.get("can_cancel");
    cancel.setAttribute("aria-disabled", model.get("stopping") ? "true" : "false");
  };
  follow(model, ["running", "fraction", "words", "stopping", "can_cancel", "labels"], show);
}

export default { render };
