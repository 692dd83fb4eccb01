// Shows a chart: picture, tooltip for pointer, finger and keys, the table behind it, and both as files.

const STEP = 20;
let made = 0;

function node(parent, tag, className, text) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text) made.textContent = text;
  parent.append(made);
  return made;
}

// Make `old` equal to `fresh` in place, so that what did not change is not touched.
function morph(old, fresh) {
  if (old.nodeType !== fresh.nodeType || old.nodeName !== fresh.nodeName) return old.replaceWith(fresh);
  if (old.nodeType !== Node.ELEMENT_NODE) {
    if (old.nodeValue !== fresh.nodeValue) old.nodeValue = fresh.nodeValue;
    return undefined;
  }
  for (const { name } of [...old.attributes]) if (!fresh.hasAttribute(name)) old.removeAttribute(name);
  for (const { name, value } of fresh.attributes) if (old.getAttribute(name) !== value) old.setAttribute(name, value);
  const before = [...old.childNodes];
  const after = [...fresh.childNodes];
  after.forEach((child, at) => (at < before.length ? morph(before[at], child) : old.append(child)));
  before.slice(after.length).forEach((child) => child.remove());
  return undefined;
}

function draw(holder, text) {
  if (!text) return holder.replaceChildren();
  const fresh = document.importNode(new DOMParser().parseFromString(text, "image/svg+xml").documentElement, true);
  if (holder.firstChild) morph(holder.firstChild, fresh);
  else holder.append(fresh);
  return undefined;
}

function save(name, type, parts) {
  const link = document.createElement("a");
  const url = URL.createObjectURL(new Blob(parts, { type }));
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10000);
}

// A cell that begins like a formula would be run by a spreadsheet.
function csvCell(value) {
  if (value === null || value === undefined) return "";
  if (typeof value === "number") return String(value);
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

function csv(table) {
  return [table.columns, ...table.raw].map((row) => row.map(csvCell).join(",")).join("\r\n") + "\r\n";
}

function fillTable(holder, table, title) {
  const sheet = document.createElement("table");
  node(sheet, "caption", "", title);
  const addRow = (part, cells, head) => {
    const row = node(part, "tr");
    cells.forEach((cell, at) => {
      const made = node(row, head || at === 0 ? "th" : "td", table.numeric[at] ? "is-number" : "", cell);
      if (made.tagName === "TH") made.scope = head ? "col" : "row";
    });
  };
  addRow(node(sheet, "thead"), table.columns, true);
  const body = node(sheet, "tbody");
  table.shown.forEach((row) => addRow(body, row, false));
  if (holder.firstChild) morph(holder.firstChild, sheet);
  else holder.append(sheet);
}

// What a mark says appears beside it: on hover, on tap, and while the keys walk over the marks.
function addTips(stage, screen, tip) {
  let active = null;
  const hide = () => {
    if (active) active.classList.remove("is-on");
    active = null;
    tip.textContent = "";
    // Where it stood last it could widen a page that has become narrower.
    tip.style.transform = "";
  };
  const place = (x, y) => {
    const room = stage.getBoundingClientRect();
    const left = Math.min(Math.max(x - room.left - tip.offsetWidth / 2, 0), room.width - tip.offsetWidth);
    const above = y - room.top - tip.offsetHeight - 14;
    const top = above + room.top < 0 ? y - room.top + 20 : above;
    tip.style.transform = `translate(${Math.round(left)}px, ${Math.round(top)}px)`;
  };
  const show = (mark, x, y) => {
    if (mark !== active) {
      hide();
      active = mark;
      mark.classList.add("is-on");
      tip.textContent = mark.dataset.tip;
    }
    place(x, y);
  };
  const onPointer = (event) => {
    const mark = event.target.closest && event.target.closest("[data-tip]");
    if (mark) show(mark, event.clientX, event.clientY);
    else hide();
  };
  const walk = (event) => {
    const marks = [...screen.querySelectorAll("[data-tip]")];
    const step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
    let at = marks.indexOf(active);
    if (event.key === "Escape" && active) {
      event.stopPropagation();
      return hide();
    }
    if (event.key === "Home") at = 0;
    else if (event.key === "End") at = marks.length - 1;
    else if (step) at = at < 0 ? (step > 0 ? 0 : marks.length - 1) : at + step;
    else return undefined;
    event.preventDefault();
    const mark = marks[Math.min(Math.max(at, 0), marks.length - 1)];
    if (!mark) return undefined;
    mark.scrollIntoView({ block: "nearest", inline: "nearest" });
    const box = (mark.querySelector(".dot, .cell, .strip, .person") || mark).getBoundingClientRect();
    return show(mark, box.left + box.width / 2, box.top);
  };
  stage.addEventListener("pointermove", (event) => event.pointerType === "mouse" && onPointer(event));
  stage.addEventListener("click", onPointer);
  stage.addEventListener("pointerleave", (event) => event.pointerType === "mouse" && hide());
  stage.addEventListener("keydown", walk);
  stage.addEventListener("blur", hide);
  const onEscape = (event) => event.key === "Escape" && hide();
  document.addEventListener("keydown", onEscape);
  let width = stage.clientWidth;
  const room = new ResizeObserver(() => {
    if (active && stage.clientWidth !== width) hide();
    width = stage.clientWidth;
  });
  room.observe(stage);
  const leave = () => {
    document.removeEventListener("keydown", onEscape);
    room.disconnect();
  };
  const again = () => {
    // The mark may say something else now, or be gone.
    if (active && !(screen.contains(active) && active.dataset.tip)) hide();
    else if (active) {
      active.classList.add("is-on");
      tip.textContent = active.dataset.tip;
    }
  };
  return { again, leave };
}

function addFoot(model, figure) {
  const foot = node(figure, "div", "coach-figure-foot");
  const words = model.get("words");
  const fold = node(foot, "details");
  node(fold, "summary", "", words.data);
  const region = node(fold, "div", "coach-figure-data");
  region.tabIndex = 0;
  region.setAttribute("role", "region");
  const fill = () => {
    region.setAttribute("aria-label", `${words.data}: ${model.get("title")}`);
    if (fold.open && model.get("table").columns) fillTable(region, model.get("table"), model.get("title"));
  };
  fold.addEventListener("toggle", fill);
  const name = () => (model.get("title").replace(/[\\/:*?"<>|\s]+/g, " ").trim() || words.name).slice(0, 80);
  const add = (label, act) => {
    const button = node(foot, "button", "coach-figure-take", label);
    button.type = "button";
    button.addEventListener("click", act);
  };
  add(words.csv, () => save(`${name()}.csv`, "text/csv;charset=utf-8", ["\ufeff", csv(model.get("table"))]));
  add(words.svg, () => {
    const text = model.get("picture");
    const at = text.indexOf(">") + 1;
    save(`${name()}.svg`, "image/svg+xml", [text.slice(0, at), `<style>${model.get("sheet")}</style>`, text.slice(at)]);
  });
  return fill;
}

function watchWidth(model, stage) {
  const watcher = new ResizeObserver(() => {
    const room = Math.floor(stage.clientWidth / STEP) * STEP;
    if (!stage.clientWidth || Math.abs(room - model.get("width")) < STEP) return;
    model.set("width", Math.max(room, 280));
    model.save_changes();
  });
  watcher.observe(stage);
  return watcher;
}

function render({ model, el }) {
  const figure = node(el, "figure", "coach-figure");
  const title = node(figure, "figcaption", "coach-figure-title");
  const stage = node(figure, "div", "coach-figure-stage");
  stage.tabIndex = 0;
  stage.setAttribute("role", "group");
  const screen = node(stage, "div", "coach-figure-screen");
  const paper = node(stage, "div", "coach-figure-paper");
  const tip = node(stage, "div", "coach-figure-tip");
  tip.setAttribute("role", "status");
  const words = node(figure, "p", "coach-figure-words");
  words.id = `coach-figure-${(made += 1)}`;
  stage.setAttribute("aria-describedby", words.id);
  const tips = addTips(stage, screen, tip);
  const fill = addFoot(model, figure);
  const show = () => {
    figure.hidden = !model.get("picture");
    title.textContent = model.get("title");
    stage.setAttribute("aria-label", `${model.get("title")}. ${model.get("words").keys}`);
    draw(screen, model.get("picture"));
    draw(paper, model.get("paper"));
    stage.classList.toggle("has-paper", Boolean(model.get("paper")));
    words.textContent = model.get("summary");
    fill();
    tips.again();
  };
  // One message may change many of them; the picture is drawn once.
  let waiting = false;
  const later = () => {
    if (waiting) return;
    waiting = true;
    queueMicrotask(() => {
      waiting = false;
      show();
    });
  };
  for (const name of ["picture", "paper", "title", "summary", "table"]) model.on(`change:${name}`, later);
  show();
  const watcher = watchWidth(model, stage);
  return () => {
    watcher.disconnect();
    tips.leave();
  };
}

export default { render };
