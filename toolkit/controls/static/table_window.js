// The part of a long table that is on the page: the rows in sight and a few around them.
// Heights are measured as rows appear, so that cells may wrap and rows may become cards.

const AROUND = 12;
const LONG = 150;
const GUESS = 40;

function spacer(body) {
  const row = document.createElement("tr");
  row.className = "coach-data-space";
  row.setAttribute("aria-hidden", "true");
  row.append(document.createElement("td"));
  row.firstChild.colSpan = 99;
  body.append(row);
  return row;
}

export class RowWindow {
  constructor(region, body, makeRow) {
    Object.assign(this, { region, body, makeRow, order: [], nodes: new Map(), heights: [], whole: false });
    region.addEventListener("scroll", () => this.paint(), { passive: true });
  }

  get windowed() {
    return this.order.length > LONG && !this.whole;
  }

  // Show these rows; with `anew` nothing drawn before is kept.
  show(order, anew) {
    if (anew) {
      this.heights = [];
      this.nodes.clear();
    }
    this.order = order;
    this.body.replaceChildren();
    this.region.classList.toggle("is-long", this.windowed);
    if (this.windowed) {
      this.above = spacer(this.body);
      this.below = spacer(this.body);
      this.measured();
      this.space(0, 0);
      this.paint();
    } else {
      this.nodes.clear();
      order.forEach((row, at) => this.body.append(this.node(row, at)));
    }
  }

  // The width has changed, so rows may wrap elsewhere.
  resized() {
    this.heights = [];
    this.measured();
    this.paint();
  }

  measured() {
    const known = this.heights.filter((height) => height > 0);
    this.guess = known.length ? known.reduce((sum, height) => sum + height, 0) / known.length : GUESS;
    this.tops = new Float64Array(this.order.length + 1);
    this.order.forEach((row, at) => (this.tops[at + 1] = this.tops[at] + (this.heights[row] || this.guess)));
  }

  node(row, at) {
    if (!this.nodes.has(row)) this.nodes.set(row, this.makeRow(row));
    const node = this.nodes.get(row);
    node.setAttribute("aria-rowindex", String(at + 2));
    return node;
  }

  // The position of the row at a height.
  at(height) {
    let [low, high] = [0, this.order.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.tops[middle] <= height) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  paint() {
    if (!this.windowed || !this.region.clientHeight) return;
    const first = this.at(this.region.scrollTop);
    const from = Math.max(0, first - AROUND);
    const to = Math.min(this.order.length, this.at(this.region.scrollTop + this.region.clientHeight) + AROUND + 1);
    this.place(from, to);
    const before = this.tops[first];
    if (this.measure(from, to)) {
      this.space(from, to);
      // What is in sight stays where it is when a row above turns out taller than guessed.
      const shift = this.tops[first] - before;
      if (Math.abs(shift) >= 1) this.region.scrollTop += shift;
    }
  }

  // Put the rows from `from` to `to` on the page; those already there are not moved, which would cost the focus.
  place(from, to) {
    const wanted = new Set(this.order.slice(from, to));
    for (const [row, node] of this.nodes) {
      if (wanted.has(row)) continue;
      if (node.contains(document.activeElement)) this.region.focus({ preventScroll: true });
      node.remove();
      this.nodes.delete(row);
    }
    let next = this.above.nextSibling;
    for (let at = from; at < to; at++) {
      const node = this.node(this.order[at], at);
      if (node === next) next = next.nextSibling;
      else this.body.insertBefore(node, next);
    }
    this.space(from, to);
  }

  space(from, to) {
    this.above.firstChild.style.height = `${this.tops[from]}px`;
    this.below.firstChild.style.height = `${this.tops[this.order.length] - this.tops[to]}px`;
  }

  measure(from, to) {
    let changed = false;
    for (let at = from; at < to; at++) {
      const row = this.order[at];
      const height = this.nodes.get(row).getBoundingClientRect().height;
      if (Math.abs((this.heights[row] || this.guess) - height) < 0.5 && this.heights[row]) continue;
      if (Math.abs((this.heights[row] || this.guess) - height) >= 0.5) changed = true;
      this.heights[row] = height;
    }
    if (changed) this.measured();
    return changed;
  }

  // The browser would stop where it took the end to be before the last rows were measured.
  toEnd() {
    this.region.scrollTop = this.region.scrollHeight;
    this.paint();
    this.region.scrollTop = this.region.scrollHeight;
  }

  // On paper there is no window.
  print(whole) {
    if (this.whole === whole) return;
    this.whole = whole;
    this.show(this.order, false);
  }
}
