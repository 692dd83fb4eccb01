// A list of entries, each with words, marks and buttons; a press is sent to the kernel.

import { place } from "./element.js";

function addEntry(list, model, entry) {
  const item = place(list, "li", "coach-entry");
  const body = place(item, "div", "coach-entry-body");
  const head = place(body, "div", "coach-entry-head");
  place(head, "h2", "", entry.title);
  for (const mark of entry.marks || []) place(head, "span", "coach-tag", mark);
  for (const line of entry.lines || []) place(body, "p", "", line);
  if (entry.facts) place(body, "p", "coach-quiet", entry.facts);
  const actions = place(item, "div", "coach-entry-actions");
  for (const action of entry.actions || []) {
    const button = place(actions, "button", "coach-button", action.label);
    button.type = "button";
    button.dataset.action = action.id;
    if (action.pressed !== undefined) button.setAttribute("aria-pressed", action.pressed ? "true" : "false");
    button.setAttribute("aria-label", `${action.label}: ${entry.title}`);
    button.addEventListener("click", () => model.send({ entry: entry.id, action: action.id }));
  }
}

function render({ model, el }) {
  const fold = model.get("summary") ? place(el, "details", "coach-fold") : el;
  const summary = fold === el ? null : place(fold, "summary", "", model.get("summary"));
  const list = place(fold, "ul", "coach-entries");
  if (summary) model.on("change:summary", () => (summary.textContent = model.get("summary")));
  const show = () => {
    const at = list.contains(document.activeElement) ? document.activeElement : null;
    const label = at && at.getAttribute("aria-label");
    const position = at && [...list.children].indexOf(at.closest("li"));
    list.replaceChildren();
    for (const entry of model.get("entries")) addEntry(list, model, entry);
    if (!at) return;
    const again = [...list.querySelectorAll("button")].find((b) => b.getAttribute("aria-label") === label);
    // An entry that has left the list leaves the focus to the one that has moved up to its place.
    const next = list.children[Math.min(position, list.children.length - 1)];
    const other = next && (next.querySelector(`[data-action="${CSS.escape(at.dataset.action)}"]`) || next.querySelector("button"));
    (again || other || summary)?.focus();
  };
  model.on("change:entries", show);
  show();
}

export default { render };
