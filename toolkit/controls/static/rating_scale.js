// One group of radio buttons per criterion, drawn as cards with the behaviour words; above them what was seen.
// A tap is shown at once and sent to the kernel, which answers with the stamp once it is stored.

import { place } from "./element.js";

const REST = 1000;

// Every message names the sheet it was meant for, so that it never lands on the one opened after it.
const send = (model, group, body) => model.send({ edition: Number(group.dataset.edition), item: group.dataset.item, ...body });

function showSaving(model, group) {
  group.querySelector(".coach-stamp").textContent = model.get("words").saving;
  group.classList.add("is-saving");
}

function choose(model, group, value) {
  const values = { ...model.get("values"), [group.dataset.item]: value };
  mark(group, value);
  showSaving(model, group);
  model.set("values", values);
  send(model, group, { value });
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
  if (!number) place(option, "span", "coach-none-consequence", model.get("words").consequence);
  option.addEventListener("click", () => {
    if (!model.get("disabled")) choose(model, group.closest(".coach-criterion"), value);
  });
}

// The field for what was seen. What is being typed is never replaced from the kernel.
function addNote(group, model, title) {
  const words = model.get("words");
  const box = place(group, "div", "coach-saw");
  const label = place(box, "label", "coach-saw-label", words.saw);
  const field = place(box, "textarea", "coach-input coach-saw-field");
  label.htmlFor = field.id = `${title.id}-saw`;
  field.setAttribute("aria-describedby", title.id);
  field.rows = 1;
  field.maxLength = 4000;
  field.placeholder = words.first;
  let typed = false;
  let timer = 0;
  const commit = () => {
    clearTimeout(timer);
    if (!typed) return;
    typed = false;
    showSaving(model, group);
    send(model, group, { note: field.value });
  };
  field.addEventListener("input", (event) => {
    typed = true;
    clearTimeout(timer);
    if (!event.isComposing) timer = setTimeout(commit, REST);
  });
  field.addEventListener("compositionend", () => (timer = setTimeout(commit, REST)));
  field.addEventListener("blur", commit);
  field.commit = commit;
  field.show = (note) => {
    if (!typed && field.value !== note) field.value = note;
  };
}

function addCriterion(root, model, item, position) {
  const words = model.get("words");
  const group = place(root, "section", "coach-criterion");
  group.dataset.item = item.id;
  group.dataset.edition = model.get("edition");
  const head = place(group, "div", "coach-criterion-head");
  const title = place(head, "h2", "", `${position + 1}. ${item.label}`);
  title.id = `${model.get("key")}-${item.id}`;
  if (!item.mandatory) place(head, "span", "coach-tag", words.optional);
  const stamp = place(head, "span", "coach-stamp", "");
  stamp.setAttribute("role", "status");
  const question = place(group, "p", "coach-question", item.question);
  question.id = `${title.id}-question`;
  if (model.get("noting")) addNote(group, model, title);
  const scale = place(group, "div", "coach-levels");
  scale.setAttribute("role", "radiogroup");
  scale.setAttribute("aria-labelledby", title.id);
  scale.setAttribute("aria-describedby", question.id);
  item.levels.forEach((text, index) => {
    addOption(scale, model, String(index + 1), String(index + 1), text, `${index + 1}: ${text}`);
  });
  addOption(scale, model, "not_observed", "", words.not_observed, `${words.not_observed}: ${words.consequence}`);
  group.addEventListener("keydown", (event) => {
    if (event.target.getAttribute("role") === "radio" && !model.get("disabled")) onKey(model, group, event);
  });
}

// A question below a criterion, such as why a rating is changed; its answer is sent by a button.
function addQuestion(group, model, asking) {
  const words = model.get("words");
  const box = place(group, "form", "coach-asking");
  const sentence = place(box, "p", "coach-asking-sentence", asking.sentence);
  const field = place(box, "textarea", "coach-input");
  const problem = place(box, "p", "coach-field-problem", asking.problem);
  const buttons = place(box, "div", "coach-asking-buttons");
  const change = place(buttons, "button", "coach-button mod-primary", words.change);
  const leave = place(buttons, "button", "coach-button", words.leave);
  sentence.id = `${model.get("key")}-asking`;
  problem.setAttribute("role", "alert");
  field.rows = 2;
  field.maxLength = 4000;
  field.required = true;
  field.setAttribute("aria-label", words.reason);
  field.setAttribute("aria-describedby", sentence.id);
  box.noValidate = true;
  leave.type = "button";
  box.addEventListener("submit", (event) => {
    event.preventDefault();
    showSaving(model, group);
    send(model, group, { answer: field.value });
  });
  leave.addEventListener("click", () => send(model, group, { answer: null }));
  field.focus();
}

function render({ model, el }) {
  const root = place(el, "div", "coach-rating");
  const groups = () => root.querySelectorAll(".coach-criterion");
  const groupOf = (item) => root.querySelector(`.coach-criterion[data-item="${CSS.escape(item)}"]`);
  const commitAll = () => root.querySelectorAll(".coach-saw-field").forEach((field) => field.commit());
  const showValues = () => {
    const values = model.get("values");
    for (const group of groups()) mark(group, values[group.dataset.item] || "");
  };
  const showNotes = () => {
    const notes = model.get("notes");
    for (const group of groups()) group.querySelector(".coach-saw-field")?.show(notes[group.dataset.item] || "");
  };
  const showStamps = () => {
    const stamps = model.get("stamps");
    for (const group of groups()) {
      group.classList.remove("is-saving");
      group.querySelector(".coach-stamp").textContent = stamps[group.dataset.item] || "";
    }
  };
  const showLacking = () => {
    const lacking = model.get("lacking");
    for (const group of groups()) {
      group.querySelector(".coach-lacking")?.remove();
      if (!lacking.includes(group.dataset.item)) continue;
      const stamp = group.querySelector(".coach-stamp");
      const tag = place(stamp.parentElement, "span", "coach-lacking", model.get("words").lacking);
      stamp.before(tag);
    }
  };
  const showAsking = () => {
    const asking = model.get("asking");
    for (const open of root.querySelectorAll(".coach-asking")) {
      const group = open.closest(".coach-criterion");
      open.remove();
      if (!asking.item) group.querySelector("[role=radio][tabindex='0']").focus();
    }
    const group = asking.item && groupOf(asking.item);
    if (group) addQuestion(group, model, asking);
    showValues();
    showNotes();
  };
  const showItems = () => {
    root.replaceChildren();
    model.get("items").forEach((item, index) => addCriterion(root, model, item, index));
    showValues();
    showNotes();
    showStamps();
    showLacking();
    showAsking();
  };
  const showDisabled = () => {
    root.toggleAttribute("data-disabled", model.get("disabled"));
    for (const field of root.querySelectorAll(".coach-saw-field")) field.disabled = model.get("disabled");
  };
  // The edition changes with every sheet, even where the next one has the same criteria.
  model.on("change:edition", () => {
    showItems();
    showDisabled();
  });
  model.on("change:values", showValues);
  model.on("change:notes", showNotes);
  model.on("change:stamps", showStamps);
  model.on("change:lacking", showLacking);
  model.on("change:asking", showAsking);
  model.on("change:disabled", showDisabled);
  // The stamp may read the same as the last one, so each tap is answered and not only changes.
  model.on("msg:custom", ({ item, value, stamp, lead_to: goal }) => {
    const group = groupOf(item ?? goal ?? "");
    if (!group) return;
    if (goal !== undefined) {
      group.scrollIntoView({ block: "start" });
      group.querySelector("[role=radio][tabindex='0']").focus({ preventScroll: true });
      return;
    }
    mark(group, value);
    group.classList.remove("is-saving");
    group.querySelector(".coach-stamp").textContent = stamp;
  });
  // A tap elsewhere does not always take the focus from a field, on tablets least of all.
  const onElsewhere = (event) => {
    if (!event.target.classList?.contains("coach-saw-field")) commitAll();
  };
  document.addEventListener("pointerdown", onElsewhere, true);
  window.addEventListener("pagehide", commitAll);
  showItems();
  showDisabled();
  return () => {
    document.removeEventListener("pointerdown", onElsewhere, true);
    window.removeEventListener("pagehide", commitAll);
  };
}

export default { render };
