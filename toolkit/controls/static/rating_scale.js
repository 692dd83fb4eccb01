// One group of radio buttons per criterion, drawn as cards with the behaviour words.
// A tap is shown at once and sent to the kernel, which answers with the stamp once it is stored.

import { place } from "./element.js";

function choose(model, group, value) {
  const values = { ...model.get("values"), [group.dataset.item]: value };
  mark(group, value);
  group.querySelector(".coach-stamp").textContent = model.get("words").saving;
  group.classList.add("is-saving");
  model.set("values", values);
  model.send({ item: group.dataset.item, value });
}

function mark(group, value) {
  for (const option of group.querySelectorAll("[role=radio]")) {
    const on = option.dataset.value === value;
    option.setAttribute("aria-checked", on ? "true" : "false");
    option.tabIndex = on || (!value && option.dataset.value === "1") ? 0 : -1;
  }
}

function onKey(model, group, event) {
  const options = [...group.querySelectorAll("[role=radio]")];
  const at = options.indexOf(event.target);
  if (/^[1-5]$/.test(event.key)) {
    event.preventDefault();
    choose(model, group, event.key);
    options[Number(event.key) - 1].focus();
  } else if (event.key === "0") {
    event.preventDefault();
    choose(model, group, "not_observed");
    options[options.length - 1].focus();
  } else if (["ArrowRight", "ArrowDown", "ArrowLeft", "ArrowUp"].includes(event.key)) {
    event.preventDefault();
    const step = event.key === "ArrowRight" || event.key === "ArrowDown" ? 1 : -1;
    options[(at + step + options.length) % options.length].focus();
  } else if (event.key === " " || event.key === "Enter") {
    event.preventDefault();
    choose(model, group, event.target.dataset.value);
  }
}

function addOption(group, model, value, number, words, label) {
  const option = place(group, "div", number ? "coach-level" : "coach-level coach-none");
  option.setAttribute("role", "radio");
  option.setAttribute("aria-label", label);
  option.setAttribute("aria-keyshortcuts", number || "0");
  option.dataset.value = value;
  if (number) place(option, "span", "coach-level-number", number);
  place(option, "span", "coach-level-words", words);
  option.addEventListener("click", () => {
    if (!model.get("disabled")) choose(model, group.closest(".coach-criterion"), value);
  });
}

function addCriterion(root, model, item, position) {
  const words = model.get("words");
  const group = place(root, "section", "coach-criterion");
  group.dataset.item = item.id;
  const head = place(group, "div", "coach-criterion-head");
  const title = place(head, "h2", "", `${position + 1}. ${item.label}`);
  title.id = `${model.get("key")}-${item.id}`;
  if (!item.mandatory) place(head, "span", "coach-tag", words.optional);
  const stamp = place(head, "span", "coach-stamp", "");
  stamp.setAttribute("role", "status");
  const question = place(group, "p", "coach-question", item.question);
  question.id = `${title.id}-question`;
  const scale = place(group, "div", "coach-levels");
  scale.setAttribute("role", "radiogroup");
  scale.setAttribute("aria-labelledby", title.id);
  scale.setAttribute("aria-describedby", question.id);
  item.levels.forEach((text, index) => {
    addOption(scale, model, String(index + 1), String(index + 1), text, `${index + 1}: ${text}`);
  });
  addOption(scale, model, "not_observed", "", words.not_observed, words.not_observed);
  group.addEventListener("keydown", (event) => {
    if (event.target.getAttribute("role") === "radio" && !model.get("disabled")) onKey(model, group, event);
  });
}

function render({ model, el }) {
  const root = place(el, "div", "coach-rating");
  const showValues = () => {
    const values = model.get("values");
    for (const group of root.querySelectorAll(".coach-criterion")) mark(group, values[group.dataset.item] || "");
  };
  const showStamps = () => {
    const stamps = model.get("stamps");
    for (const group of root.querySelectorAll(".coach-criterion")) {
      group.classList.remove("is-saving");
      group.querySelector(".coach-stamp").textContent = stamps[group.dataset.item] || "";
    }
  };
  const showItems = () => {
    root.replaceChildren();
    model.get("items").forEach((item, index) => addCriterion(root, model, item, index));
    showValues();
    showStamps();
  };
  const showDisabled = () => root.toggleAttribute("data-disabled", model.get("disabled"));
  model.on("change:items", showItems);
  model.on("change:values", showValues);
  model.on("change:stamps", showStamps);
  model.on("change:disabled", showDisabled);
  // The stamp may read the same as the last one, so each tap is answered and not only changes.
  model.on("msg:custom", ({ item, value, stamp }) => {
    const group = root.querySelector(`[data-item="${CSS.escape(item)}"]`);
    if (!group) return;
    mark(group, value);
    group.classList.remove("is-saving");
    group.querySelector(".coach-stamp").textContent = stamp;
  });
  showItems();
  showDisabled();
}

export default { render };
