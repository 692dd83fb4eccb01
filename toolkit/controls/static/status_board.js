// Bars and a grid of marks. What is on the page stays there; only a bar or cell that says something else is redrawn.

import { follow, place } from "./element.js";

// Makes the children of `parent` those of `items`, in order, keeping the node of every item that was there.
function keyed(parent, items, nodes, make, fill) {
  const ids = new Set(items.map((item) => item.id));
  for (const [id, held] of nodes) {
    if (!ids.has(id)) {
      held.node.remove();
      nodes.delete(id);
    }
  }
  items.forEach((item, at) => {
    let held = nodes.get(item.id);
    if (!held) {
      held = { node: make(item), said: "" };
      nodes.set(item.id, held);
    }
    if (parent.children[at] !== held.node) parent.insertBefore(held.node, parent.children[at] || null);
    const said = JSON.stringify(item);
    if (said !== held.said) fill(held, item);
    held.said = said;
  });
}

function sign(parent, mark) {
  place(parent, "span", "coach-board-sign", mark.sign).setAttribute("aria-hidden", "true");
}

function fillCell(cell, marks) {
  cell.replaceChildren();
  for (const mark of marks) {
    const line = place(cell, "span", `coach-board-mark is-${mark.tone}`);
    sign(line, mark);
    if (mark.who) place(line, "span", "coach-board-who", mark.who);
    place(line, "span", "coach-board-word", mark.word);
  }
}

function fillBar({ node }, bar) {
  const percent = Math.round(100 * (bar.share ?? 0));
  if (!node.children.length) {
    const head = place(node, "div", "coach-board-bar-head");
    place(head, "strong");
    place(head, "span");
    const line = place(node, "div", "coach-board-line");
    place(line, "div", "coach-board-fill");
  }
  const [head, line] = node.children;
  node.className = `coach-board-bar is-${bar.tone}`;
  head.children[0].textContent = bar.name;
  head.children[1].textContent = `${bar.sign} ${bar.words}`;
  line.hidden = bar.share === null;
  line.setAttribute("role", "progressbar");
  line.setAttribute("aria-label", bar.name);
  line.setAttribute("aria-valuemin", "0");
  line.setAttribute("aria-valuemax", "100");
  line.setAttribute("aria-valuenow", String(percent));
  line.setAttribute("aria-valuetext", bar.words);
  line.firstChild.style.width = `${percent}%`;
}

function fillRow(held, row) {
  const { node } = held;
  if (!node.children.length) place(node, "th").scope = "row";
  if (node.children[0].textContent !== row.name) node.children[0].textContent = row.name;
  while (node.children.length > row.cells.length + 1) node.lastChild.remove();
  held.cells ??= [];
  row.cells.forEach((marks, at) => {
    const cell = node.children[at + 1] || place(node, "td");
    const said = JSON.stringify(marks);
    if (held.cells[at] !== said) fillCell(cell, marks);
    held.cells[at] = said;
  });
}

function render({ model, el }) {
  const root = place(el, "div", "coach-control coach-board-body");
  const head = place(root, "div", "coach-board-head");
  const summary = place(head, "p", "coach-board-summary");
  const stamp = place(head, "span", "coach-quiet");
  const bars = place(root, "ul", "coach-board-bars");
  const frame = place(root, "div", "coach-table coach-board-table");
  frame.tabIndex = 0;
  frame.setAttribute("role", "region");
  const table = place(frame, "table");
  const caption = place(table, "caption");
  const top = place(place(table, "thead"), "tr");
  const body = place(table, "tbody");
  const nothing = place(root, "p", "coach-quiet");
  const heldBars = new Map();
  const heldRows = new Map();
  let columns = "";
  const show = () => {
    const words = model.get("words");
    if (summary.textContent !== model.get("summary")) summary.textContent = model.get("summary");
    stamp.textContent = model.get("stamp");
    caption.textContent = words.caption;
    nothing.textContent = words.empty;
    frame.setAttribute("aria-label", words.caption);
    const said = JSON.stringify([words.first, model.get("columns")]);
    if (said !== columns) {
      columns = said;
      top.replaceChildren();
      for (const label of [words.first, ...model.get("columns").map((one) => one[1])]) place(top, "th", "", label).scope = "col";
    }
    keyed(bars, model.get("bars"), heldBars, () => document.createElement("li"), fillBar);
    keyed(body, model.get("rows"), heldRows, () => document.createElement("tr"), fillRow);
    frame.hidden = !model.get("rows").length;
    nothing.hidden = !frame.hidden;
  };
  follow(model, ["summary", "stamp", "bars", "columns", "rows", "words"], show);
}

export default { render };
