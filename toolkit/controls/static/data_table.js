// A table to read, sort, search and take along. Rows come as columns of values; everything else happens here.

import { Order } from "./table_order.js";
import { RowWindow } from "./table_window.js";
import { place } from "./element.js";
import { filled, filterField, headOf, rowOf, setWidths } from "./table_cell.js";
import { download, takeAlong } from "./table_take.js";

const SMALL = 12;
const FILTERS = 4;

class TableView {
  constructor(model, el) {
    this.model = model;
    this.words = model.get("words");
    this.number = new Intl.NumberFormat(this.words.locale);
    this.state = { search: "", filters: {}, sort: { name: "", down: false } };
    this.build(el);
    this.window = new RowWindow(this.region, this.body, (row) => this.row(row));
    this.listen();
    this.update();
  }

  get data() {
    return this.order.data;
  }

  build(el) {
    this.root = place(el, "div", "coach-data");
    const bar = place(this.root, "div", "coach-data-bar");
    this.title = place(bar, "div", "coach-data-title");
    this.title.setAttribute("aria-hidden", "true");
    this.tools = place(bar, "div", "coach-data-tools");
    this.status = place(bar, "div", "coach-data-status");
    this.count = place(this.status, "span", "coach-data-count");
    this.count.setAttribute("role", "status");
    this.clear = place(this.status, "button", "coach-data-link", this.words.clear);
    this.clear.type = "button";
    this.region = place(place(this.root, "div", "coach-data-frame"), "div", "coach-data-region");
    this.region.tabIndex = 0;
    this.region.setAttribute("role", "region");
    this.table = place(this.region, "table");
    this.table.setAttribute("role", "table");
    this.caption = place(this.table, "caption", "coach-sr");
    this.columns = place(this.table, "colgroup");
    this.head = place(this.table, "thead");
    this.head.setAttribute("role", "rowgroup");
    this.head.dataset.sort = this.words.sort;
    this.body = place(this.table, "tbody");
    this.body.setAttribute("role", "rowgroup");
    this.nothing = place(this.root, "p", "coach-data-nothing");
    this.notes = place(this.root, "dl", "coach-data-notes");
  }

  listen() {
    this.head.addEventListener("click", (event) => this.onHead(event.target));
    this.body.addEventListener("click", (event) => this.onBody(event.target.closest("button")));
    this.body.addEventListener("change", (event) => this.choose([event.target.dataset.choose], event.target.checked));
    this.tools.addEventListener("input", (event) => this.onTool(event));
    this.tools.addEventListener("compositionend", (event) => this.onTool(event));
    this.clear.addEventListener("click", () => this.onClear());
    this.region.addEventListener("keydown", (event) => {
      if (event.target !== this.region || event.key !== "End") return;
      event.preventDefault();
      this.window.toEnd();
    });
    this.region.addEventListener("scroll", () => this.showEdges(), { passive: true });
    this.table.addEventListener("copy", (event) => takeAlong(this.table, event));
    this.watch = new ResizeObserver(() => this.onSize());
    this.watch.observe(this.region);
    this.paper = matchMedia("print");
    this.onPaper = () => this.window.print(this.paper.matches);
    this.beforePrint = () => this.window.print(true);
    this.afterPrint = () => this.window.print(false);
    this.paper.addEventListener("change", this.onPaper);
    addEventListener("beforeprint", this.beforePrint);
    addEventListener("afterprint", this.afterPrint);
  }

  leave() {
    this.watch.disconnect();
    this.paper.removeEventListener("change", this.onPaper);
    removeEventListener("beforeprint", this.beforePrint);
    removeEventListener("afterprint", this.afterPrint);
  }

  // New rows: what the reader has set, where they are and what has the focus stay.
  update() {
    const focused = this.root.contains(document.activeElement) ? document.activeElement : null;
    const [top, left, key] = [this.region.scrollTop, this.region.scrollLeft, focused && focused.dataset.focus];
    this.order = new Order(this.model.get("data"));
    const filters = this.order.count > SMALL ? this.order.filters().slice(0, FILTERS) : [];
    for (const name of Object.keys(this.state.filters)) {
      const filter = filters.find((one) => one.name === name);
      if (!filter || !filter.options.includes(this.state.filters[name])) delete this.state.filters[name];
    }
    if (!this.order.column(this.state.sort.name)) this.state.sort = { name: "", down: false };
    this.showFrame(filters);
    this.fit();
    this.arrange();
    this.region.scrollTo(left, top);
    this.window.paint();
    if (!key) return;
    const again = this.root.querySelector(`[data-focus="${CSS.escape(key)}"]`);
    if (document.activeElement !== again) (again || this.region).focus({ preventScroll: true });
  }

  // Everything but the rows; only what has changed is drawn anew.
  showFrame(filters) {
    const { caption, columns, actions, selectable } = this.data;
    const many = this.order.count > SMALL;
    if (!many) this.state.search = "";
    this.title.textContent = this.caption.textContent = caption;
    this.region.setAttribute("aria-label", caption);
    this.root.classList.toggle("is-small", !many);
    const heads = JSON.stringify([columns.map(({ name, label, kind, help }) => [name, label, kind, help]), actions, selectable]);
    if (heads !== this.heads) {
      this.heads = heads;
      this.head.replaceChildren(headOf(this.data, this.words, this.model.get("key")));
      this.showNotes();
    }
    const tools = JSON.stringify([many, filters]);
    if (tools !== this.shownTools) {
      this.shownTools = tools;
      this.showTools(many, filters);
    }
  }

  // More columns than fit are hinted at on the side where they are.
  showEdges() {
    const { scrollLeft, clientWidth, scrollWidth } = this.region;
    this.root.classList.toggle("is-shifted", scrollLeft > 0);
    this.root.classList.toggle("is-more", scrollLeft + clientWidth < scrollWidth - 1);
    // What is focused comes to stand beside the first column, which stays, and not below it.
    const wide = scrollWidth > clientWidth + 1;
    this.region.style.scrollPaddingLeft = wide ? `${this.head.querySelector("th")?.offsetWidth ?? 0}px` : "";
  }

  fit() {
    setWidths(this.table, this.columns, this.order.count > SMALL ? this.data : null, this.region.clientWidth);
  }

  showNotes() {
    this.notes.replaceChildren();
    this.data.columns.forEach((column, at) => {
      if (!column.help) return;
      const note = place(this.notes, "div");
      place(note, "dt", "", column.label);
      place(note, "dd", "", column.help).id = `${this.model.get("key")}-help-${at}`;
    });
  }

  showTools(many, filters) {
    this.tools.replaceChildren();
    if (!many) return;
    const label = place(this.tools, "label", "coach-data-search");
    place(label, "span", "coach-sr", this.words.search);
    const search = place(label, "input");
    Object.assign(search, { type: "search", placeholder: this.words.search, value: this.state.search });
    search.dataset.focus = "search";
    for (const filter of filters) filterField(this.tools, filter, this.words, this.state.filters[filter.name]);
    const csv = place(this.tools, "button", "coach-button coach-data-csv", this.words.csv);
    csv.type = "button";
    csv.dataset.focus = "csv";
    csv.addEventListener("click", () => download(this.data, this.rows));
  }

  arrange() {
    const { filters, search, sort } = this.state;
    this.rows = this.order.rows(this.state);
    for (const cell of this.head.querySelectorAll("th[data-name]")) {
      const on = cell.dataset.name === sort.name;
      cell.setAttribute("aria-sort", on ? (sort.down ? "descending" : "ascending") : "none");
    }
    this.table.setAttribute("aria-rowcount", String(this.rows.length + 1));
    this.window.show(this.rows, true);
    this.nothing.textContent = this.order.count ? this.words.none : this.words.empty;
    this.nothing.hidden = this.rows.length > 0;
    this.region.hidden = this.order.count === 0;
    this.clear.hidden = !search.trim() && !Object.values(filters).some(Boolean);
    this.showCount();
  }

  showCount() {
    const chosen = this.model.get("selected").length;
    const [shown, total] = [this.number.format(this.rows.length), this.number.format(this.order.count)];
    const parts = this.order.count > SMALL ? [filled(this.words.showing, { shown, total })] : [];
    if (chosen) parts.push(filled(this.words.chosen, { count: this.number.format(chosen) }));
    const words = parts.join(" · ");
    if (this.count.textContent !== words) this.count.textContent = words;
    const all = this.head.querySelector(".coach-data-all");
    if (!all) return;
    const ids = new Set(this.model.get("selected"));
    const marked = this.rows.filter((row) => ids.has(this.data.ids[row])).length;
    all.checked = marked > 0 && marked === this.rows.length;
    all.indeterminate = marked > 0 && marked < this.rows.length;
  }

  row(row) {
    const line = rowOf(this.data, this.words, row);
    this.showChosen(line, new Set(this.model.get("selected")));
    return line;
  }

  showChosen(line, ids) {
    const box = line.querySelector("[data-choose]");
    if (!box) return;
    box.checked = ids.has(box.dataset.choose);
    line.classList.toggle("is-chosen", box.checked);
  }

  showAllChosen() {
    const ids = new Set(this.model.get("selected"));
    for (const line of this.window.nodes.values()) this.showChosen(line, ids);
    this.showCount();
  }

  onHead(target) {
    if (target.matches(".coach-data-all")) {
      this.choose(this.rows.map((row) => this.data.ids[row]), target.checked);
      return;
    }
    const cell = target.closest("button") && target.closest("th");
    if (!cell) return;
    const { name, down } = this.state.sort;
    const other = name !== cell.dataset.name;
    this.state.sort = { name: other || !down ? cell.dataset.name : "", down: !other && !down };
    this.again();
  }

  // The reader has asked for other rows, so they begin at the first.
  again() {
    this.region.scrollTop = 0;
    this.arrange();
  }

  onBody(button) {
    if (button) this.model.send({ row: button.dataset.row, action: button.dataset.action });
  }

  onTool(event) {
    // Half a pinyin syllable in an input method is nothing to search for yet.
    if (event.isComposing) return;
    if (event.target.type === "search") this.state.search = event.target.value;
    else if (event.target.dataset.filter) this.state.filters[event.target.dataset.filter] = event.target.value;
    this.again();
  }

  onClear() {
    this.state.search = "";
    this.state.filters = {};
    for (const field of this.tools.querySelectorAll("input, select")) field.value = "";
    this.tools.querySelector("input").focus();
    this.again();
  }

  choose(ids, on) {
    const chosen = new Set(this.model.get("selected"));
    for (const id of ids) {
      if (on) chosen.add(id);
      else chosen.delete(id);
    }
    this.model.set("selected", [...chosen]);
    this.model.save_changes();
    this.showAllChosen();
  }

  onSize() {
    const width = this.region.clientWidth;
    if (width === this.width) {
      this.window.paint();
      return;
    }
    this.width = width;
    this.fit();
    this.showEdges();
    if (this.window.windowed) this.window.resized();
  }
}

function render({ model, el }) {
  const view = new TableView(model, el);
  const update = () => view.update();
  const choose = () => view.showAllChosen();
  model.on("change:data", update);
  model.on("change:selected", choose);
  return () => {
    model.off("change:data", update);
    model.off("change:selected", choose);
    view.leave();
  };
}

export default { render };
