// A timer with named stages. Moments are kept, not ticks, so that a sleeping tab does not slow it down;
// they are kept for this tab, so that a reload does not stop it.

import { place } from "./element.js";

const MINUTE = 60000;

function render({ model, el }) {
  const words = model.get("words");
  const fill = (sentence, values) => sentence.replace(/\{(\w+)\}/g, (_, name) => values[name]);
  const root = place(el, "div", "coach-control coach-timer");
  root.setAttribute("role", "group");
  root.setAttribute("aria-label", words.label);
  const name = place(root, "span", "coach-timer-stage");
  const clock = place(root, "span", "coach-timer-clock");
  clock.setAttribute("role", "timer");
  const press = place(root, "button", "coach-button coach-timer-press");
  const onward = place(root, "button", "coach-button coach-timer-next", words.next);
  const again = place(root, "button", "coach-button coach-timer-again", "↺");
  for (const button of [press, onward, again]) button.type = "button";
  again.setAttribute("aria-label", words.again);
  again.title = words.again;
  const said = place(root, "span", "coach-sr");
  said.setAttribute("role", "status");
  let at; // stage; left: milliseconds of it when it last stood still; since: when it began to run, 0 while it stands
  let told = -1;

  const stages = () => model.get("stages");
  const fresh = (stage, since) => ({ stage, left: (stages()[stage]?.minutes ?? 0) * MINUTE, since });
  const place_ = () => `coach-timer-${model.get("timer_key")}`;
  const left = () => at.left - (at.since ? Date.now() - at.since : 0);
  const keep = () => {
    try {
      sessionStorage.setItem(place_(), JSON.stringify(at));
    } catch {
      // Without storage it only does not outlive a reload.
    }
  };
  const load = () => {
    at = fresh(0, 0);
    try {
      const kept = JSON.parse(sessionStorage.getItem(place_()) || "null");
      if (kept && stages()[kept.stage] && Number.isFinite(kept.left) && Number.isFinite(kept.since)) at = kept;
    } catch {
      // What stands there is not ours.
    }
    told = left() <= 0 ? at.stage : -1;
    said.textContent = "";
  };
  const show = () => {
    const all = stages();
    root.hidden = !all.length;
    if (!all.length) return;
    const rest = left();
    const over = rest <= 0;
    const seconds = over ? Math.floor(-rest / 1000) : Math.ceil(rest / 1000);
    const time = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
    const stage = { number: at.stage + 1, total: all.length, name: all[at.stage].name };
    const put = (node, text) => node.textContent !== text && (node.textContent = text);
    put(name, fill(words.stage, stage));
    put(clock, fill(over ? words.over : words.left, { time }));
    put(press, at.since ? words.pause : words.start);
    const last = at.stage >= all.length - 1;
    onward.disabled = last;
    root.classList.toggle("is-over", over);
    root.classList.toggle("is-running", Boolean(at.since));
    root.style.setProperty("--share", over ? 1 : 1 - rest / (all[at.stage].minutes * MINUTE || 1));
    if (over && told !== at.stage) {
      told = at.stage;
      said.textContent = fill(words.up, stage) + (last ? ` ${words.ended}` : "");
    }
  };
  const move = (next) => {
    at = next;
    if (left() > 0) told = -1;
    keep();
    show();
  };
  press.addEventListener("click", () => move({ ...at, left: left(), since: at.since ? 0 : Date.now() }));
  onward.addEventListener("click", () => {
    move(fresh(at.stage + 1, at.since ? Date.now() : 0));
    said.textContent = name.textContent;
    if (onward.disabled) press.focus();
  });
  again.addEventListener("click", () => move(fresh(0, 0)));
  const open = () => {
    load();
    show();
  };
  model.on("change:timer_key", open);
  model.on("change:stages", open);
  open();
  const ticking = setInterval(show, 250);
  return () => clearInterval(ticking);
}

export default { render };
