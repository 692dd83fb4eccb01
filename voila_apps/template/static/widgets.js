// Models and views of the widgets on our pages: boxes, HTML, controls of ours (`controls` in app.js), and others
// that bring their script as text.

const REFERENCE = "IPY_MODEL_";
const BOXES = { VBoxModel: "widget-vbox", HBoxModel: "widget-hbox", BoxModel: "" };

class Model {
  #listeners = new Map();
  #changed = {};

  constructor(id, state, widgets) {
    Object.assign(this, { id, widgets, state: { ...state } });
  }

  get(name) { return this.state[name]; }

  set(name, value) {
    const given = typeof name === "object" ? name : { [name]: value };
    for (const [key, entry] of Object.entries(given)) {
      if (this.state[key] === entry) continue;
      this.#changed[key] = entry;
      this.apply({ [key]: entry });
    }
  }

  save_changes() {
    const state = this.#changed;
    this.#changed = {};
    if (Object.keys(state).length) this.widgets.tell(this.id, { method: "update", state, buffer_paths: [] });
  }

  send(content, _callbacks, buffers) { this.widgets.tell(this.id, { method: "custom", content }, buffers); }

  on(events, listener) {
    for (const event of events.split(" ")) {
      if (!this.#listeners.has(event)) this.#listeners.set(event, new Set());
      this.#listeners.get(event).add(listener);
    }
  }

  off(events, listener) {
    for (const event of events ? events.split(" ") : [...this.#listeners.keys()]) {
      if (listener) this.#listeners.get(event)?.delete(listener);
      else this.#listeners.delete(event);
    }
  }

  fire(event, ...values) {
    for (const listener of [...(this.#listeners.get(event) ?? [])]) listener(...values);
  }

  apply(state) {
    Object.assign(this.state, state);
    for (const key of Object.keys(state)) this.fire(`change:${key}`, this, state[key]);
    this.fire("change", this);
  }
}

export class Widgets {
  #models = new Map();
  #modules = new Map();

  // `tell(id, data, buffers)` sends a message to a widget's kernel side; `sorry` is said for a widget nobody knows.
  constructor(tell, sorry) {
    Object.assign(this, { tell, sorry });
  }

  add(id, state) {
    if (this.#models.has(id)) return;
    this.#models.set(id, new Model(id, state, this));
    if (state._esm) this.#module(state._esm);
  }

  // States as the kernel knows them now: after a lost connection only what differs is touched.
  renew(states) {
    for (const [id, { state }] of Object.entries(states)) {
      const model = this.#models.get(id);
      if (!model) { this.add(id, state); continue; }
      const news = Object.entries(state).filter(([key, value]) => JSON.stringify(value) !== JSON.stringify(model.get(key)));
      if (news.length) model.apply(Object.fromEntries(news));
    }
  }

  receive(type, content, buffers) {
    const { comm_id: id, data } = content;
    if (type === "comm_open" && content.target_name === "jupyter.widget") this.add(id, data.state);
    const model = this.#models.get(id);
    if (!model) return;
    if (type === "comm_close") {
      this.#models.delete(id);
      model.fire("destroy");
    } else if (type === "comm_msg" && data.method === "update") model.apply(data.state);
    else if (type === "comm_msg" && data.method === "custom") model.fire("msg:custom", data.content, buffers);
  }

  async show(id) {
    const model = this.#models.get(id.replace(REFERENCE, ""));
    const el = document.createElement("div");
    if (!model) return el;
    el.className = "jupyter-widgets";
    const name = model.get("_model_name");
    if (name in BOXES) await this.#box(model, el, BOXES[name]);
    else if (name === "HTMLModel") html(model, el);
    else {
      // A control with a fault takes its own place only; the others are shown and work.
      try {
        if (!model.get("_esm")) el.textContent = this.sorry;
        else await this.#control(model, el);
      } catch (fault) {
        console.error(fault);
        el.textContent = this.sorry;
      }
    }
    this.#dress(model, el);
    return el;
  }

  async #box(model, el, kind) {
    el.classList.add("widget-box", ...(kind ? [kind] : []));
    const views = new Map();
    let round = 0;
    const fill = async () => {
      const mine = ++round, children = model.get("children");
      for (const child of children) if (!views.has(child)) views.set(child, this.show(child));
      const shown = await Promise.all(children.map((child) => views.get(child)));
      if (mine !== round) return;
      for (const child of views.keys()) if (!children.includes(child)) views.delete(child);
      for (const node of [...el.children]) if (!shown.includes(node)) node.remove();
      shown.forEach((node, index) => el.children[index] === node || el.insertBefore(node, el.children[index] ?? null));
    };
    model.on("change:children", fill);
    await fill();
  }

  async #control(model, el) {
    const { default: made } = await this.#module(model.get("_esm"));
    const control = typeof made === "function" ? await made() : made;
    await control.initialize?.({ model });
    await control.render({ model, el });
  }

  #module(script) {
    const own = script.startsWith("/static/") ? controls[script.replace(/.*\/|\.js$/g, "")] : null;
    if (own) return { default: own };
    if (!this.#modules.has(script)) {
      const source = URL.createObjectURL(new Blob([script], { type: "text/javascript" }));
      this.#modules.set(script, import(source));
    }
    return this.#modules.get(script);
  }

  #dress(model, el) {
    let worn = [];
    const classes = () => {
      el.classList.remove(...worn);
      el.classList.add(...(worn = model.get("_dom_classes") ?? []));
    };
    model.on("change:_dom_classes", classes);
    classes();
    const layout = this.#models.get((model.get("layout") ?? "").replace(REFERENCE, ""));
    if (!layout) return;
    const place = () => {
      const held = el.contains(document.activeElement);
      for (const [name, value] of Object.entries(layout.state)) {
        if (!name.startsWith("_")) el.style.setProperty(name.replaceAll("_", "-"), value);
      }
      if (held && !el.getClientRects().length) handOn(el);
    };
    layout.on("change", place);
    place();
  }
}

// What is hidden while it has the focus gives it to what stands before it.
function handOn(hidden) {
  for (let at = hidden; at && at.id !== "cells"; at = at.parentElement) {
    for (let before = at.previousElementSibling; before; before = before.previousElementSibling) {
      const able = [...before.querySelectorAll("button, input, select, textarea, [tabindex='0']")];
      const found = able.find((node) => node.tabIndex >= 0 && !node.disabled && node.checkVisibility());
      if (found) return found.focus({ preventScroll: true });
    }
  }
  return document.getElementById("main")?.focus({ preventScroll: true });
}

function html(model, el) {
  el.classList.add("widget-html");
  // A region that is there before its words is read out; one that comes with them often is not.
  if ((model.get("_dom_classes") ?? []).includes("coach-status-line")) el.setAttribute("aria-live", "polite");
  const body = document.createElement("div");
  body.className = "widget-html-content";
  const fill = () => { body.innerHTML = model.get("value"); };
  model.on("change:value", fill);
  fill();
  el.append(body);
}
