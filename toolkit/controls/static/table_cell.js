// The parts a table is drawn with: head cells, rows, fields above it; and how wide a column wants to be.

import { place } from "./element.js";
import { cellText, MISSING } from "./table_order.js";

const SHORT = 18;

// A place in a sentence; each may stand once.
export function filled(sentence, values) {
  return sentence.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
}

export function isFigure(column) {
  return column.kind === "number" || column.kind === "percent" || column.kind === "date";
}

function mark(cell, column, data, row) {
  const found = column.marks[column.keys[row]];
  place(cell, "span", `coach-data-mark is-${found.tone}`, found.word);
}

function chooser(cell, words, id, title) {
  const label = place(cell, "label", "coach-data-choose");
  const box = place(label, "input");
  box.type = "checkbox";
  box.dataset.choose = id;
  box.dataset.focus = `choose:${id}`;
  box.setAttribute("aria-label", filled(words.choose, { row: title }));
  place(label, "span", "", title);
}

function addActions(line, data, row, title) {
  const cell = place(line, "td", "is-actions");
  cell.setAttribute("role", "cell");
  const offered = data.offered ? data.offered[row] : data.actions.map((action) => action.id);
  for (const action of data.actions.filter((one) => offered.includes(one.id))) {
    const button = place(cell, "button", "coach-button", action.label);
    button.type = "button";
    button.dataset.action = action.id;
    button.dataset.row = data.ids[row];
    button.dataset.focus = `action:${data.ids[row]}:${action.id}`;
    button.setAttribute("aria-label", `${action.label}: ${title}`);
  }
}

export function rowOf(data, words, row) {
  const line = document.createElement("tr");
  line.setAttribute("role", "row");
  line.dataset.row = data.ids[row];
  data.columns.forEach((column, at) => {
    const cell = place(line, at ? "td" : "th", isFigure(column) ? "is-figure" : "");
    const text = cellText(column, row);
    cell.setAttribute("role", at ? "cell" : "rowheader");
    if (at === 0) cell.scope = "row";
    else cell.dataset.label = column.label;
    cell.copied = text;
    if (text === MISSING) cell.classList.add("is-missing");
    else if (text.length <= SHORT) cell.classList.add("is-short");
    if (at === 0 && data.selectable) chooser(cell, words, data.ids[row], text);
    else if (column.marks && text !== MISSING) mark(cell, column, data, row);
    else cell.textContent = text;
    // A Chinese name on a page in another language is read out in Chinese.
    if (/\p{Script=Han}/u.test(text) && !document.documentElement.lang.startsWith("zh")) cell.lang = "zh-CN";
  });
  if (data.actions.length) addActions(line, data, row, cellText(data.columns[0], row));
  return line;
}

// The arrow hangs on the sign beside it, so that it never stands on a line of its own; a figure's on the first,
// because its head ends where its digits end.
function addLabel(button, column) {
  const signs = [...column.label];
  const [beside, rest] = isFigure(column) ? [signs.shift(), signs.join("")] : [signs.pop(), signs.join("")];
  const held = document.createElement("span");
  held.className = "coach-data-held";
  held.textContent = beside;
  const arrow = document.createElement("span");
  arrow.className = "coach-data-arrow";
  arrow.setAttribute("aria-hidden", "true");
  if (isFigure(column)) held.prepend(arrow);
  else held.append(arrow);
  button.append(...(isFigure(column) ? [held, rest] : [rest, held]));
}

export function headOf(data, words, key) {
  const line = document.createElement("tr");
  line.setAttribute("role", "row");
  line.setAttribute("aria-rowindex", "1");
  data.columns.forEach((column, at) => {
    const cell = place(line, "th", isFigure(column) ? "is-figure" : "");
    cell.scope = "col";
    cell.setAttribute("role", "columnheader");
    cell.dataset.name = column.name;
    if (column.label.length <= SHORT / 2) cell.classList.add("is-short");
    cell.copied = column.label;
    if (at === 0 && data.selectable) {
      const box = place(cell, "input", "coach-data-all");
      box.type = "checkbox";
      box.dataset.focus = "all";
      box.setAttribute("aria-label", words.choose_all);
    }
    const button = place(cell, "button", "coach-data-sort");
    button.type = "button";
    button.dataset.focus = `sort:${column.name}`;
    addLabel(button, column);
    if (column.help) button.setAttribute("aria-describedby", `${key}-help-${at}`);
  });
  if (data.actions.length) {
    const cell = place(line, "th", "is-actions", words.actions);
    cell.scope = "col";
    cell.setAttribute("role", "columnheader");
  }
  return line;
}

export function filterField(parent, filter, words, chosen) {
  const label = place(parent, "label", "coach-data-filter");
  place(label, "span", "", filter.label);
  const select = place(label, "select");
  select.dataset.filter = filter.name;
  select.dataset.focus = `filter:${filter.name}`;
  for (const option of ["", ...filter.options]) place(select, "option", "", option || words.all).value = option;
  select.value = chosen || "";
  return label;
}

const SIGNS = "0123456789 abcdefghijklmnopqrstuvwxyz";
let letter = 0.6;

// A Chinese sign is as wide as the letters are high, others about half as wide, by the font.
function widthOf(words) {
  let width = 0;
  for (const sign of words) width += sign.codePointAt(0) > 0x2e7f ? 1 : letter;
  return width;
}

function measureLetters(look) {
  const pen = document.createElement("canvas").getContext("2d");
  pen.font = `600 100px ${look.fontFamily}`;
  letter = pen.measureText(SIGNS).width / SIGNS.length / 100 || letter;
}

function longest(texts, most) {
  let width = 0;
  for (const words of texts) {
    for (const line of words.split("\n")) width = Math.max(width, widthOf(line));
    if (width >= most) return most;
  }
  return width;
}

// Widths in em, from all rows, so that columns do not shift while others come into sight.
function widthsOf(data) {
  return data.columns.map((column, at) => {
    if (column.width) return column.width;
    const texts = column.marks ? column.marks.map((one) => one.word) : data.ids.map((_, row) => cellText(column, row));
    const cells = longest(texts, at ? 24 : 18) + (column.marks ? 1.4 : 0) + (at === 0 && data.selectable ? 2.4 : 0);
    const label = Math.max(longest(column.label.split(/\s/), 12), Math.min(widthOf(column.label), 6));
    return Math.max(cells, label * 0.92 + 1.6) + 2.1;
  });
}

// Long texts give way to make the table fit; where it has to scroll even so, they keep a width that reads well.
function fitted(data, widths, room) {
  const least = (most) => widths.map((width, at) => (at && data.columns[at].kind === "text" ? Math.min(width, most) : width));
  const total = (all) => all.reduce((sum, width) => sum + width, 0);
  const narrow = least(11);
  const over = total(widths) - room;
  if (over <= 0) return widths;
  if (total(narrow) > room) return least(18);
  const share = over / (total(widths) - total(narrow));
  return widths.map((width, at) => width - (width - narrow[at]) * share);
}

export function setWidths(table, columns, data, room) {
  columns.replaceChildren();
  table.style.minWidth = "";
  if (!data) return;
  const look = getComputedStyle(table);
  measureLetters(look);
  const buttons = data.actions.reduce((sum, action) => sum + widthOf(action.label) + 2.8, data.actions.length ? 1.6 : 0);
  const widths = fitted(data, widthsOf(data), room / parseFloat(look.fontSize) - buttons);
  if (buttons) widths.push(buttons);
  for (const width of widths) place(columns, "col").style.width = `${width.toFixed(2)}em`;
  table.style.minWidth = `${widths.reduce((sum, width) => sum + width, 0).toFixed(2)}em`;
}
