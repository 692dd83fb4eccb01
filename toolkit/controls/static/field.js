// One script for all plain fields: label above, control, hint and problem below. What a person enters
// is sent as a message and answered; what the kernel changes never replaces what is being typed.

import { follow, place } from "./element.js";

const PAUSE = { area: 400, date: 700, step: 400 };

function addFrame(el, model, kind) {
  const key = `coach-${Math.random().toString(36).slice(2)}`;
  const group = kind === "checks";
  const root = place(el, group ? "fieldset" : "div", "coach-control coach-field-body");
  root.dataset.kind = kind;
  const label = kind === "check" ? null : place(root, group ? "legend" : "label", "coach-field-label");
  const box = place(root, "div", "coach-field-box");
  const hint = place(root, "p", "coach-field-hint");
  const problem = place(root, "p", "coach-field-problem");
  hint.id = `${key}-hint`;
  problem.id = `${key}-problem`;
  problem.setAttribute("aria-live", "polite");
  follow(model, ["label", "hint", "problem", "required"], () => {
    if (label) {
      label.textContent = model.get("label");
      label.classList.toggle("is-required", model.get("required"));
    }
    hint.textContent = model.get("hint");
    hint.hidden = !model.get("hint");
    problem.textContent = model.get("problem");
    root.classList.toggle("is-wrong", Boolean(model.get("problem")));
  });
  return { root, box, label, key };
}

// Ties hint and problem to what takes the focus, and keeps disabled and required up to date.
function tie(model, frame, target, inputs) {
  follow(model, ["hint", "problem", "required", "disabled"], () => {
    const said = [model.get("problem") && `${frame.key}-problem`, model.get("hint") && `${frame.key}-hint`];
    const ids = said.filter(Boolean).join(" ");
    if (ids) target.setAttribute("aria-describedby", ids);
    else target.removeAttribute("aria-describedby");
    if (model.get("problem")) target.setAttribute("aria-invalid", "true");
    else target.removeAttribute("aria-invalid");
    for (const input of inputs()) input.disabled = model.get("disabled");
    if (target.tagName !== "FIELDSET" && target.type !== "checkbox") target.required = model.get("required");
  });
}

// Text of any kind. `typed` is true from a key until it is sent; a wrong entry stays to be mended.
function watchTyping(model, input, pause) {
  let typed = false;
  let timer = 0;
  const show = () => {
    if (!typed && !model.get("problem") && input.value !== model.get("shown")) input.value = model.get("shown");
  };
  const commit = () => {
    clearTimeout(timer);
    if (!typed) return;
    typed = false;
    model.send({ value: input.value, partial: Boolean(input.validity && input.validity.badInput) });
  };
  const later = (wait) => {
    typed = true;
    clearTimeout(timer);
    if (wait) timer = setTimeout(commit, wait);
  };
  input.addEventListener("input", () => later(pause));
  input.addEventListener("blur", () => {
    if (input.type === "date" && input.validity.badInput) typed = true;
    commit();
  });
  if (!pause) input.addEventListener("change", commit);
  input.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "Enter" && input.tagName !== "TEXTAREA") commit();
    if (event.key === "Escape" && typed) {
      typed = false;
      clearTimeout(timer);
      input.value = model.get("shown");
    }
  });
  model.on("change:shown", show);
  model.on("change:problem", show);
  model.on("msg:custom", show);
  input.value = model.get("shown");
  return { commit, later, isTyped: () => typed };
}

function addText(frame, model, kind) {
  const input = place(frame.box, kind === "area" ? "textarea" : "input", "coach-input");
  if (kind === "area") input.rows = model.get("rows");
  else input.type = kind === "date" ? "date" : "text";
  if (kind === "date") {
    input.min = model.get("earliest");
    input.max = model.get("latest") || "9999-12-31";
  } else if (kind !== "number") {
    input.maxLength = model.get("longest");
  }
  watchTyping(model, input, PAUSE[kind] || 0);
  return input;
}

function addNumber(frame, model) {
  frame.box.classList.add("coach-number");
  const less = place(frame.box, "button", "coach-step", "−");
  const middle = place(frame.box, "span", "coach-number-middle");
  const input = place(middle, "input", "coach-input");
  const unit = place(middle, "span", "coach-unit");
  const more = place(frame.box, "button", "coach-step", "+");
  input.type = "text";
  input.inputMode = model.get("whole") ? "numeric" : "decimal";
  input.autocomplete = "off";
  const typing = watchTyping(model, input, 0);
  const stepBy = (direction) => {
    if (model.get("disabled")) return;
    const plain = /^-?\d+(\.\d+)?$/.test(input.value);
    if (!plain && typing.isTyped()) return typing.commit();
    const size = model.get("step");
    const from = plain ? Number(input.value) : Number(model.get("shown") || model.get("least") || 0);
    const [least, most] = [model.get("least") ?? -Infinity, model.get("most") ?? Infinity];
    const to = Math.min(Math.max(from + direction * size, least), most);
    input.value = String(Number(to.toFixed(6)));
    typing.later(PAUSE.step);
  };
  [less, more].forEach((button, index) => {
    // For fingers and mice only: on a keyboard the arrow keys do the same without two more stops.
    button.type = "button";
    button.tabIndex = -1;
    button.setAttribute("aria-hidden", "true");
    button.addEventListener("mousedown", (event) => event.preventDefault());
    button.addEventListener("click", () => stepBy(index ? 1 : -1));
  });
  input.addEventListener("keydown", (event) => {
    if (event.key !== "ArrowUp" && event.key !== "ArrowDown") return;
    event.preventDefault();
    stepBy(event.key === "ArrowUp" ? 1 : -1);
  });
  unit.id = `${frame.key}-unit`;
  follow(model, ["unit", "disabled"], () => {
    unit.textContent = model.get("unit");
    less.disabled = more.disabled = model.get("disabled");
  });
  return input;
}

function addCheck(frame, model) {
  const line = place(frame.box, "label", "coach-check");
  const input = place(line, "input");
  input.type = "checkbox";
  const words = place(line, "span");
  input.addEventListener("change", () => model.send({ value: input.checked }));
  const show = () => (input.checked = model.get("shown"));
  model.on("msg:custom", show);
  follow(model, ["shown", "label"], () => {
    show();
    words.textContent = model.get("label");
  });
  return input;
}

// Buttons for one option back and onward; returns what keeps them up to date.
function addWalk(frame, model, select) {
  const buttons = (model.get("walk") || []).map((words, side) => {
    const button = place(frame.box, "button", "coach-button coach-walk", side ? "›" : "‹");
    button.type = "button";
    button.setAttribute("aria-label", `${words}: ${model.get("label")}`);
    button.addEventListener("click", () => {
      if (button.getAttribute("aria-disabled") === "true") return;
      select.selectedIndex += side ? 1 : -1;
      select.dispatchEvent(new Event("change"));
      show();
    });
    return button;
  });
  if (buttons.length) frame.box.prepend(buttons[0]);
  const show = () => {
    const off = model.get("disabled");
    const last = select.options.length - 1;
    const ends = [select.selectedIndex <= 0, select.selectedIndex >= last];
    buttons.forEach((button, side) => {
      button.disabled = off;
      // Not disabled at an end, which would take the focus from whoever walked there.
      button.setAttribute("aria-disabled", ends[side] ? "true" : "false");
    });
  };
  model.on("change:disabled", show);
  return show;
}

function addChoice(frame, model) {
  const select = place(frame.box, "select", "coach-input");
  const walk = addWalk(frame, model, select);
  let edition;
  const show = () => {
    select.selectedIndex = model.get("index");
    walk();
  };
  const fill = () => {
    edition = model.get("edition");
    select.replaceChildren(...model.get("labels").map((words) => new Option(words)));
    show();
  };
  select.addEventListener("change", () => model.send({ index: select.selectedIndex, edition }));
  select.addEventListener("change", walk);
  model.on("change:edition", fill);
  model.on("change:index", show);
  model.on("msg:custom", show);
  fill();
  return select;
}

function addChecks(frame, model) {
  const lines = place(frame.box, "div", "coach-checks");
  let inputs = [];
  const show = () => inputs.forEach((input, index) => (input.checked = model.get("ticked").includes(index)));
  const fill = () => {
    const edition = model.get("edition");
    lines.replaceChildren();
    inputs = model.get("labels").map((words, index) => {
      const line = place(lines, "label", "coach-check");
      const input = place(line, "input");
      input.type = "checkbox";
      input.disabled = model.get("disabled");
      place(line, "span", "", words);
      input.addEventListener("change", () => model.send({ index, on: input.checked, edition }));
      return input;
    });
    show();
  };
  model.on("change:edition", fill);
  model.on("change:ticked", show);
  model.on("msg:custom", show);
  fill();
  return () => inputs;
}

function render({ model, el }) {
  const kind = model.get("kind");
  const frame = addFrame(el, model, kind);
  if (kind === "checks") {
    const inputs = addChecks(frame, model);
    tie(model, frame, frame.root, inputs);
    return;
  }
  const add = { number: addNumber, check: addCheck, choice: addChoice }[kind] || addText;
  const input = add(frame, model, kind);
  input.id = frame.key;
  if (frame.label) frame.label.htmlFor = frame.key;
  tie(model, frame, input, () => [input]);
}

export default { render };
