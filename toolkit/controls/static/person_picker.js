// A combobox (WAI-ARIA) over thousands of entries: searched here, without asking the kernel.
// An entry is [name, number, line, key]; key holds syllables, several readings of one parted by "/".

import { follow, place } from "./element.js";

const MOST = 50;

// A Chinese name on a page in another language is read out in Chinese.
function speak(node) {
  if (/\p{Script=Han}/u.test(node.textContent) && !document.documentElement.lang.startsWith("zh")) node.lang = "zh-CN";
}

const plain = (words) => words.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().normalize("NFC").trim();

function prepare([name, number, line, key]) {
  const syllables = key ? key.split(" ").map((syllable) => syllable.split("/")) : [];
  return { name, number, line, syllables, plainName: plain(name), plainNumber: plain(number), plainLine: plain(line) };
}

// Whether `letters` are beginnings of the syllables from `at` on: "zhw" and "zw" of "zhang wei".
function spells(letters, syllables, at) {
  if (!letters) return true;
  if (at >= syllables.length) return false;
  return syllables[at].some((reading) => {
    let same = 0;
    while (same < reading.length && same < letters.length && reading[same] === letters[same]) same += 1;
    for (let taken = same; taken > 0; taken -= 1) {
      if (spells(letters.slice(taken), syllables, at + 1)) return true;
    }
    return false;
  });
}

// 0 for a match from the beginning, 1 inside the name or number, 2 in the second line, -1 for none.
function rank(entry, query, joined, tokens) {
  if (entry.plainName.startsWith(query) || entry.plainNumber.startsWith(query)) return 0;
  if (joined && spells(joined, entry.syllables, 0)) return 0;
  let worst = 1;
  for (const token of tokens) {
    const inside = entry.plainName.includes(token) || entry.plainNumber.includes(token);
    if (inside || entry.syllables.some((_, at) => spells(token, entry.syllables, at))) continue;
    if (token.length < 2 || !entry.plainLine.includes(token)) return -1;
    worst = 2;
  }
  return tokens.length ? worst : -1;
}

function search(entries, typed) {
  const query = plain(typed);
  if (!query) return entries.map((_, index) => index);
  const tokens = query.split(/[^\p{L}\p{N}]+/u).filter(Boolean);
  const ranks = [[], [], []];
  entries.forEach((entry, index) => {
    const found = rank(entry, query, tokens.join(""), tokens);
    if (found >= 0) ranks[found].push(index);
  });
  return ranks.flat();
}

const fill = (template, values) => template.replace(/\{(\w+)\}/g, (_, name) => values[name]);

function addFrame(el, model) {
  const key = `coach-${Math.random().toString(36).slice(2)}`;
  const root = place(el, "div", "coach-control coach-field-body coach-picker");
  const label = place(root, "label", "coach-field-label");
  label.htmlFor = key;
  label.id = `${key}-label`;
  const line = place(root, "div", "coach-picker-line");
  const box = place(line, "div", "coach-picker-box");
  const input = place(box, "input", "coach-input");
  const popup = place(box, "div", "coach-picker-popup");
  const found = place(root, "span", "coach-sr");
  found.setAttribute("role", "status");
  const chips = place(root, "div", "coach-picker-chosen");
  const hint = place(root, "p", "coach-field-hint");
  const problem = place(root, "p", "coach-field-problem");
  const list = place(popup, "ul", "coach-picker-list");
  const foot = place(popup, "div", "coach-picker-foot");
  const more = place(foot, "p");
  Object.assign(input, { id: key, type: "text", autocomplete: "off", spellcheck: false });
  hint.id = `${key}-hint`;
  problem.id = `${key}-problem`;
  problem.setAttribute("aria-live", "polite");
  list.id = `${key}-list`;
  popup.hidden = true;
  const attributes = { role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": list.id };
  for (const [name, value] of Object.entries(attributes)) input.setAttribute(name, value);
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-labelledby", label.id);
  if (model.get("several")) list.setAttribute("aria-multiselectable", "true");
  return { key, root, label, line, box, input, popup, list, foot, more, found, chips, hint, problem };
}

class Picker {
  constructor(model, el) {
    this.model = model;
    this.several = model.get("several");
    this.frame = addFrame(el, model);
    this.open = false;
    this.shown = [];
    this.active = -1;
    this.listen();
    if (this.several) this.addAll();
    else if (model.get("walk")) this.addWalk();
    follow(model, ["label", "hint", "problem", "required", "disabled"], () => {
      this.showFrame();
      if (this.entries) this.showChosen();
    });
    model.on("change:edition", () => this.load());
    model.on("change:chosen", () => this.showChosen());
    model.on("msg:custom", () => this.showChosen());
    this.load();
  }

  get chosen() {
    return this.model.get("chosen");
  }

  words(name, values = {}) {
    return fill(this.model.get("words")[name] || "", values);
  }

  load() {
    this.edition = this.model.get("edition");
    this.entries = this.model.get("entries").map(prepare);
    this.close();
    this.showFrame();
    this.showChosen();
  }

  showFrame() {
    const { model, frame } = this;
    const { input, hint, problem, label, root } = frame;
    label.textContent = model.get("label");
    label.classList.toggle("is-required", model.get("required"));
    hint.textContent = model.get("hint");
    hint.hidden = !model.get("hint");
    problem.textContent = model.get("problem");
    root.classList.toggle("is-wrong", Boolean(model.get("problem")));
    const said = [model.get("problem") && problem.id, model.get("hint") && hint.id].filter(Boolean);
    if (said.length) input.setAttribute("aria-describedby", said.join(" "));
    else input.removeAttribute("aria-describedby");
    if (model.get("problem")) input.setAttribute("aria-invalid", "true");
    else input.removeAttribute("aria-invalid");
    input.disabled = model.get("disabled");
    input.required = model.get("required") && !this.chosen.length;
    // What has no number is no person: a team, a lever, a competency.
    input.placeholder = this.words((this.entries || []).some((entry) => entry.number) ? "placeholder" : "search");
    // With one entry there is nothing to choose: a rep who sees the own record only.
    this.only = !this.several && (this.entries || []).length === 1;
    input.readOnly = this.only;
    root.classList.toggle("is-only", Boolean(this.only));
  }

  showChosen() {
    const { input } = this.frame;
    if (this.several) {
      this.showChips();
    } else if (!this.open) {
      const entry = this.entries[this.chosen[0]];
      input.value = entry ? entry.name : "";
    }
    if (this.walkButtons) {
      const at = this.chosen[0] ?? -1;
      const ends = [at <= 0, at >= this.entries.length - 1];
      this.walkButtons.forEach((button, side) => {
        button.disabled = this.model.get("disabled");
        // Not disabled at an end, which would take the focus from whoever walked there.
        button.setAttribute("aria-disabled", ends[side] ? "true" : "false");
      });
    }
    if (this.open) this.markChosen();
  }

  showChips() {
    const { chips } = this.frame;
    // Leaving the box must not replace the very chip that is being pressed.
    const now = JSON.stringify([this.edition, this.model.get("disabled"), this.chosen]);
    if (now === this.chipsShown) return;
    this.chipsShown = now;
    const had = chips.contains(document.activeElement);
    const at = [...chips.querySelectorAll(".coach-chip button")].indexOf(document.activeElement);
    chips.replaceChildren();
    const head = place(chips, "div", "coach-chips-head");
    place(head, "span", "", this.words("chosen", { count: this.chosen.length })).setAttribute("role", "status");
    const list = place(chips, "ul", "coach-chips");
    list.hidden = !this.chosen.length;
    const disabled = this.model.get("disabled");
    for (const index of this.chosen.slice(0, 200)) {
      const entry = this.entries[index];
      if (!entry) continue;
      const item = place(list, "li", "coach-chip");
      speak(place(item, "span", "", entry.name));
      const remove = place(item, "button", "", "×");
      remove.type = "button";
      remove.disabled = disabled;
      remove.setAttribute("aria-label", this.words("remove", { name: [entry.name, entry.number].filter(Boolean).join(" ") }));
      remove.addEventListener("click", () => this.change([], [index]));
    }
    if (this.chosen.length > 200) place(list, "li", "coach-chip", `+ ${this.chosen.length - 200}`);
    if (this.chosen.length > 1) {
      const clear = place(head, "button", "coach-plain", this.words("clear"));
      clear.type = "button";
      clear.disabled = disabled;
      clear.addEventListener("click", () => this.change([], [...this.chosen]));
    }
    if (!had) return;
    const left = chips.querySelectorAll(".coach-chip button");
    (left[Math.min(at, left.length - 1)] || this.frame.input).focus();
  }

  // Several: shown at once, sent as a change, and put right by the kernel's answer.
  change(put, drop) {
    if (this.model.get("disabled")) return;
    const gone = new Set(drop);
    this.model.set("chosen", [...new Set([...this.chosen, ...put])].filter((index) => !gone.has(index)));
    this.showChosen();
    this.model.send({ put, drop, edition: this.edition });
  }

  choose(index) {
    if (this.several) {
      const on = this.chosen.includes(index);
      this.change(on ? [] : [index], on ? [index] : []);
      this.frame.input.select();
      return;
    }
    this.model.set("chosen", [index]);
    this.close();
    this.showChosen();
    this.model.send({ index, edition: this.edition });
  }

  typed() {
    const { input } = this.frame;
    return !this.several && !this.changed ? "" : input.value;
  }

  openList() {
    if (this.open || this.only || this.model.get("disabled")) return;
    this.open = true;
    this.changed = this.several;
    this.frame.popup.hidden = false;
    this.frame.input.setAttribute("aria-expanded", "true");
    this.list();
    const space = window.innerHeight - this.frame.input.getBoundingClientRect().bottom;
    const above = space < 300 && this.frame.input.getBoundingClientRect().top > space;
    this.frame.popup.classList.toggle("is-above", above);
  }

  close() {
    this.open = false;
    this.active = -1;
    const { input, popup, found } = this.frame;
    popup.hidden = true;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
    found.textContent = "";
    if (this.several) input.value = "";
  }

  list() {
    const { list, more, found, foot, key } = this.frame;
    const typed = this.typed();
    const matches = search(this.entries, typed);
    // Unsearched, the list opens around who is chosen.
    const at = this.several || typed ? 0 : Math.max(0, (this.chosen[0] ?? 0) - 5);
    const from = Math.max(0, Math.min(at, matches.length - MOST));
    this.shown = matches.slice(from, from + MOST);
    list.replaceChildren();
    this.shown.forEach((index, position) => this.addOption(list, index, position, key));
    list.hidden = !this.shown.length;
    const rest = matches.length - this.shown.length;
    more.textContent = this.shown.length ? (rest ? this.words("more", { count: rest }) : "") : this.words("nothing");
    found.textContent = this.shown.length ? this.words("found", { count: matches.length }) : this.words("nothing");
    this.markChosen();
    foot.hidden = !more.textContent && (!this.all || this.all.hidden);
    list.scrollTop = 0;
    this.activate(typed ? 0 : Math.max(0, this.several ? 0 : this.shown.indexOf(this.chosen[0])));
  }

  addOption(list, index, position, key) {
    const entry = this.entries[index];
    const option = place(list, "li", "coach-option");
    option.id = `${key}-${position}`;
    option.setAttribute("role", "option");
    speak(place(option, "span", "coach-option-name", entry.name));
    const line = [entry.number, entry.line].filter(Boolean).join(" · ");
    if (line) place(option, "span", "coach-option-line", line);
    option.addEventListener("click", () => this.choose(index));
    option.addEventListener("mousemove", () => this.activate(position, false));
  }

  markChosen() {
    const chosen = new Set(this.chosen);
    [...this.frame.list.children].forEach((option, position) =>
      option.setAttribute("aria-selected", chosen.has(this.shown[position]) ? "true" : "false"),
    );
    if (!this.all) return;
    const open = this.shown.filter((index) => !chosen.has(index)).length;
    this.all.hidden = open < 2;
    this.all.textContent = this.words("all", { count: open });
    this.frame.foot.hidden = this.all.hidden && !this.frame.more.textContent;
  }

  activate(position, scroll = true) {
    const { list, input } = this.frame;
    if (position === this.active && list.children[position]?.classList.contains("is-active")) return;
    list.querySelector(".is-active")?.classList.remove("is-active");
    this.active = this.shown.length ? position : -1;
    const option = list.children[this.active];
    if (!option) return input.removeAttribute("aria-activedescendant");
    option.classList.add("is-active");
    input.setAttribute("aria-activedescendant", option.id);
    if (scroll) option.scrollIntoView({ block: "nearest" });
  }

  onKey(event) {
    if (event.isComposing || this.only) return;
    const steps = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8 };
    if (event.key in steps) {
      event.preventDefault();
      if (!this.open) return this.openList();
      const last = this.shown.length - 1;
      const to = this.active + steps[event.key];
      const wrapped = Math.abs(steps[event.key]) > 1 ? Math.min(Math.max(to, 0), last) : to > last ? 0 : to < 0 ? last : to;
      this.activate(wrapped);
    } else if (event.key === "Enter" && this.open) {
      event.preventDefault();
      if (this.active >= 0) this.choose(this.shown[this.active]);
    } else if (event.key === "Escape" && this.open) {
      event.preventDefault();
      event.stopPropagation();
      this.close();
      this.showChosen();
    } else if (event.key === "Backspace" && this.several && !this.frame.input.value && this.chosen.length) {
      this.change([], [this.chosen[this.chosen.length - 1]]);
    }
  }

  listen() {
    const { input, popup, box } = this.frame;
    input.addEventListener("keydown", (event) => this.onKey(event));
    input.addEventListener("input", () => {
      this.openList();
      this.changed = true;
      this.list();
    });
    input.addEventListener("click", () => this.openList());
    input.addEventListener("focus", () => !this.only && !this.several && input.select());
    popup.addEventListener("mousedown", (event) => event.preventDefault());
    box.addEventListener("focusout", (event) => {
      if (box.contains(event.relatedTarget)) return;
      this.close();
      this.showChosen();
    });
  }

  addAll() {
    this.all = place(this.frame.foot, "button", "coach-button coach-picker-all");
    this.all.type = "button";
    this.all.addEventListener("click", () => {
      const chosen = new Set(this.chosen);
      this.change(this.shown.filter((index) => !chosen.has(index)), []);
      this.frame.input.focus();
    });
  }

  addWalk() {
    this.walkButtons = ["previous", "next"].map((name, side) => {
      const button = place(this.frame.line, "button", "coach-button coach-walk", side ? "›" : "‹");
      button.type = "button";
      button.setAttribute("aria-label", `${this.words(name)}: ${this.model.get("label")}`);
      button.addEventListener("click", () => {
        const to = (this.chosen[0] ?? -1) + (side ? 1 : -1);
        if (to >= 0 && to < this.entries.length) this.choose(to);
      });
      return button;
    });
    this.frame.line.prepend(this.walkButtons[0]);
  }
}

function render({ model, el }) {
  new Picker(model, el);
}

export default { render, search, prepare };
