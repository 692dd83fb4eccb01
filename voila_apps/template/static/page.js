// A page on its kernel: shows it as soon as it is there, keeps its connection, and ends the kernel with the tab.

import { Line, freshId } from "./line.js";
import { Widgets } from "./widgets.js";

const POLL = 15000, RETRY = 2000, PATIENCE = 3000, SLOW = 500, YOUNG = 30000;
const byId = (id) => document.getElementById(id);
const words = byId("connection").dataset;
let kernel = "", line = null, leaving = false, ended = false, lostAt = 0, timer = 0, slow = 0;

const widgets = new Widgets(
  (id, data, buffers) => line.send("comm_msg", { comm_id: id, data }, buffers),
  words.unknown,
);

function receive({ header, content, buffers }) {
  if (!header.msg_type.startsWith("comm_")) return;
  if (content.comm_id === renewal && content.data?.method === "update_states") widgets.renew(content.data.states);
  else widgets.receive(header.msg_type, content, buffers);
}

// After a lost connection the kernel is asked for its states: what it said meanwhile may be gone.
let renewal = "", connected = 0;
function renew() {
  renewal = freshId();
  line.send("comm_open", { comm_id: renewal, target_name: "jupyter.widget.control", data: {} });
  line.send("comm_msg", { comm_id: renewal, data: { method: "request_states" } });
}

function change() {
  if (line.open && !connected) { connected = Date.now(); if (lostAt) renew(); lostAt = 0; check(); }
  if (!line.open && connected) { connected = 0; lostAt = Date.now(); check(); }
  clearTimeout(slow);
  if (!line.waiting) byId("main").removeAttribute("data-busy");
  else slow = setTimeout(() => byId("main").setAttribute("data-busy", ""), SLOW);
}

function banner(kind) {
  const box = byId("connection");
  box.hidden = !kind;
  byId("reload").hidden = kind !== "ended";
  const text = box.querySelector(".notice-text");
  if (kind && text.textContent !== words[kind]) text.textContent = words[kind];
  byId("cells").toggleAttribute("inert", kind === "ended");
}

async function check() {
  clearTimeout(timer);
  if (!kernel || leaving || ended) return;
  let status = 0;
  try {
    status = (await fetch(`/api/kernels/${kernel}`, { cache: "no-store" })).status;
  } catch { /* The server cannot be reached: status stays 0. */ }
  if (leaving || ended) return;
  if (status >= 400 && status < 500) return end();
  const well = status === 200 && line?.open;
  if (status === 200 && line && !line.open) line.connect();
  if (status === 0 && line?.open) line.reconnect();
  if (!well) lostAt ||= Date.now();
  banner(!well && line && Date.now() - lostAt >= PATIENCE ? "lost" : "");
  timer = setTimeout(check, well ? POLL : RETRY);
}

// A kernel that has ended takes nothing with it: all is stored. Only what could not be sent any more is said.
function end() {
  ended = true;
  const unsent = line?.waiting ?? 0;
  line?.end();
  // A page that ends as soon as it has opened would reload for ever.
  if (!unsent && performance.now() > YOUNG) return location.reload();
  banner(unsent ? "unsent" : "ended");
  byId("reload").hidden = false;
}

function ready() {
  byId("skeleton")?.remove();
  byId("main").removeAttribute("aria-busy");
  performance.mark("coach-ready");
}

function fail() {
  ready();
  byId("failure").hidden = false;
}

async function show() {
  const view = byId("coach-view");
  if (!view || !kernel) return fail();
  const { root, state } = JSON.parse(view.textContent);
  view.remove();
  for (const [id, entry] of Object.entries(state)) {
    widgets.add(id, { _model_name: entry.model_name, _model_module: entry.model_module, ...entry.state });
  }
  byId("cells").append(await widgets.show(root));
  ready();
}

// The kernel's id comes while the page is still being sent, so connecting need not wait for the rest.
function meet() {
  const found = byId("coach-kernel");
  if (!found || kernel) return Boolean(kernel);
  kernel = found.dataset.id;
  line = new Line(kernel, receive, change);
  timer = setTimeout(check, POLL);
  return true;
}

if (!meet()) {
  const watch = new MutationObserver(() => meet() && watch.disconnect());
  watch.observe(document.body, { childList: true, subtree: true });
}
const whole = () => { meet(); show().catch((fault) => { console.error(fault); fail(); }); };
if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", whole);
else whole();

for (const id of ["reload", "retry"]) byId(id).addEventListener("click", () => location.reload());
window.addEventListener("online", () => { line?.connect(); check(); });
window.addEventListener("offline", () => line?.reconnect());
document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && check());
// A page taken from the browser's memory would have no kernel any more.
window.addEventListener("pageshow", (event) => event.persisted && location.reload());
window.addEventListener("pagehide", () => {
  if (!kernel || leaving) return;
  leaving = true;
  const form = new FormData();
  form.append("_xsrf", document.querySelector('meta[name="coach-xsrf"]').content);
  navigator.sendBeacon(`/close/${kernel}`, form);
});
