// Rows on their way to a spreadsheet: as a file, or by the clipboard.

import { cellText, isMissing } from "./table_order.js";

// A spreadsheet takes a text that begins like a formula for one.
function harmless(words) {
  return /^[=+\-@\t\r]/.test(words) ? `'${words}` : words;
}

function exported(column, row) {
  if (isMissing(column, row)) return "";
  if (column.exact) return String(column.keys[row]);
  const words = cellText(column, row);
  return column.kind === "text" || column.kind === "mark" ? harmless(words) : words;
}

function quoted(words, separator) {
  return words.includes(separator) || /["\n\r]/.test(words) ? `"${words.replaceAll('"', '""')}"` : words;
}

function separated(lines, separator) {
  return lines.map((cells) => cells.map((words) => quoted(words, separator)).join(separator)).join("\r\n");
}

function csvOf(data, rows) {
  const head = data.columns.map((column) => harmless(column.label));
  const lines = rows.map((row) => data.columns.map((column) => exported(column, row)));
  return `\uFEFF${separated([head, ...lines], ",")}\r\n`;
}

export function download(data, rows) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([csvOf(data, rows)], { type: "text/csv;charset=utf-8" }));
  link.download = `${data.caption.replace(/[\\/:*?"<>|]+/g, " ").trim().slice(0, 80) || "table"}.csv`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}

// Several cells are copied as a spreadsheet takes them; words within one cell as anywhere.
export function takeAlong(table, event) {
  const selection = getSelection();
  const lines = [...table.rows].filter((line) => selection.containsNode(line, true));
  const cells = lines.map((line) => [...line.cells].filter((cell) => cell.copied !== undefined));
  if (lines.length === 1) cells[0] = cells[0].filter((cell) => selection.containsNode(cell, true));
  if (cells.flat().length < 2) return;
  const texts = cells.filter((line) => line.length).map((line) => line.map((cell) => cell.copied));
  event.clipboardData.setData("text/plain", separated(texts, "\t"));
  event.preventDefault();
}
