// Which rows of a table are shown, in what order, and the same rows as text for a spreadsheet. Knows no page.

export const MISSING = "–";
// By pinyin for every reader: names stay as written, whatever the page's language. Made at its first use, because it
// takes the browser longer than drawing a table.
let collator = null;
const inOrder = (a, b) => (collator ??= new Intl.Collator("zh", { numeric: true })).compare(a, b);
const FEW = 12;
const LONGEST_OPTION = 32;

function valuesOf(column) {
  return column.keys || column.shown;
}

export function isMissing(column, row) {
  const value = valuesOf(column)[row];
  return value === null || value === undefined;
}

export function cellText(column, row) {
  if (column.marks) return isMissing(column, row) ? MISSING : column.marks[column.keys[row]].word;
  const value = (column.shown || column.keys)[row];
  return value === null || value === undefined ? MISSING : String(value);
}

export function plain(words) {
  return words.normalize("NFKC").toLowerCase();
}

// Rows with their place in the order of a column; sorted once, so that turning the order round costs nothing.
function ranksOf(column) {
  const values = valuesOf(column);
  if (values.every((value) => value === null || typeof value === "number")) return values;
  const compare = column.kind === "date" ? (a, b) => (a < b ? -1 : a > b ? 1 : 0) : inOrder;
  const distinct = [...new Set(values)].filter((value) => value !== null).map(String).sort(compare);
  const rank = new Map(distinct.map((value, at) => [value, at]));
  return values.map((value) => (value === null ? null : rank.get(String(value))));
}

export class Order {
  constructor(data) {
    this.data = data;
    this.count = data.ids.length;
    this.ranks = new Map();
  }

  column(name) {
    return this.data.columns.find((column) => column.name === name);
  }

  // The columns worth a filter, with their values in order: few, and not nearly one for each row.
  filters() {
    const found = [];
    for (const column of this.data.columns.slice(1)) {
      if (column.kind !== "text" && column.kind !== "mark") continue;
      const values = new Map();
      const ranks = this.ranksFor(column);
      for (let row = 0; row < this.count && values.size <= FEW; row++) {
        if (ranks[row] !== null) values.set(cellText(column, row), ranks[row]);
      }
      if (values.size < 2 || values.size > Math.min(FEW, this.count / 2)) continue;
      if ([...values.keys()].some((word) => word.length > LONGEST_OPTION)) continue;
      const options = [...values].sort((a, b) => a[1] - b[1]).map(([word]) => word);
      found.push({ name: column.name, label: column.label, options });
    }
    return found;
  }

  ranksFor(column) {
    if (!this.ranks.has(column.name)) this.ranks.set(column.name, ranksOf(column));
    return this.ranks.get(column.name);
  }

  hay(row) {
    if (!this.hays) this.hays = new Array(this.count);
    if (this.hays[row] === undefined) {
      const cells = this.data.columns.map((column) => (isMissing(column, row) ? "" : cellText(column, row)));
      this.hays[row] = plain([...cells, this.data.search ? this.data.search[row] : ""].join("\n"));
    }
    return this.hays[row];
  }

  rows({ search, filters, sort }) {
    const terms = plain(search).split(/\s+/).filter(Boolean);
    const wanted = Object.entries(filters)
      .filter(([name, word]) => word && this.column(name))
      .map(([name, word]) => [this.column(name), word]);
    const rows = [];
    for (let row = 0; row < this.count; row++) {
      if (!wanted.every(([column, word]) => cellText(column, row) === word)) continue;
      if (terms.length === 0 || terms.every((term) => this.hay(row).includes(term))) rows.push(row);
    }
    const column = sort.name && this.column(sort.name);
    return column ? this.sorted(rows, column, sort.down ? -1 : 1) : rows;
  }

  // What is missing stands last both ways; equal rows keep the caller's order both ways.
  sorted(rows, column, sign) {
    const ranks = this.ranksFor(column);
    const known = rows.filter((row) => ranks[row] !== null);
    const missing = rows.filter((row) => ranks[row] === null);
    known.sort((a, b) => sign * (ranks[a] - ranks[b]) || a - b);
    return known.concat(missing);
  }
}
