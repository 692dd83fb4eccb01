// One sentence with "Undo". The live region stays in place, so that each new sentence is read out.

import { follow, place } from "./element.js";

function render({ model, el }) {
  const bar = place(el, "div", "coach-control coach-undo-bar");
  const sentence = place(bar, "p");
  sentence.setAttribute("role", "status");
  const undo = place(bar, "button", "coach-undo-press");
  const dismiss = place(bar, "button", "coach-undo-dismiss", "×");
  undo.type = dismiss.type = "button";
  let before = null;
  const press = (what) => {
    const back = before;
    model.send({ press: what, number: model.get("number") });
    if (back && back.isConnected) back.focus();
  };
  undo.addEventListener("click", () => press("undo"));
  dismiss.addEventListener("click", () => press("dismiss"));
  bar.addEventListener("keydown", (event) => {
    if (event.key === "Escape") press("dismiss");
  });
  bar.addEventListener("focusin", (event) => {
    if (event.relatedTarget && !bar.contains(event.relatedTarget)) before = event.relatedTarget;
  });
  const show = () => {
    sentence.textContent = model.get("sentence");
    bar.classList.toggle("is-shown", Boolean(model.get("sentence")));
    undo.hidden = dismiss.hidden = !model.get("sentence");
    undo.textContent = model.get("words").undo;
    dismiss.setAttribute("aria-label", model.get("words").dismiss);
  };
  follow(model, ["sentence", "number", "words"], show);
}

export default { render };
