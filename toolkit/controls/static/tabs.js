// A tab list for keyboard and touch; the kernel shows the chosen panel.

function render({ model, el }) {
  const key = `coach-${Math.random().toString(36).slice(2)}`;
  const list = document.createElement("div");
  list.className = "coach-tabs";
  list.setAttribute("role", "tablist");
  list.setAttribute("aria-label", model.get("label"));
  // What is left goes at once, and something calm stands for what is being made, while the kernel is at work.
  const waiting = document.createElement("div");
  waiting.className = "coach-waiting";
  waiting.setAttribute("aria-hidden", "true");
  waiting.append(...[0, 1, 2].map(() => document.createElement("i")));
  const box = () => el.parentElement;
  const wait = () => {
    box()?.classList.add("is-waiting");
    box()?.setAttribute("aria-busy", "true");
    el.append(waiting);
  };
  const arrived = () => {
    if (model.get("shown") !== model.get("selected")) return;
    waiting.remove();
    box()?.classList.remove("is-waiting");
    box()?.removeAttribute("aria-busy");
  };
  model.on("change:shown", arrived);
  const select = (index, focus) => {
    if (index !== model.get("selected")) wait();
    model.set("selected", index);
    model.save_changes();
    if (focus) list.children[index].focus();
  };
  const show = () => {
    [...list.children].forEach((tab, index) => {
      const on = index === model.get("selected");
      tab.setAttribute("aria-selected", on ? "true" : "false");
      tab.tabIndex = on ? 0 : -1;
    });
  };
  model.get("titles").forEach((title, index) => {
    const tab = document.createElement("button");
    tab.type = "button";
    tab.setAttribute("role", "tab");
    tab.textContent = title;
    tab.addEventListener("click", () => select(index, false));
    list.append(tab);
  });
  list.addEventListener("keydown", (event) => {
    const [at, count] = [model.get("selected"), list.children.length];
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: count - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    select((to + count) % count, true);
  });
  model.on("change:selected", show);
  show();
  el.append(list);
  // The sections stand beside the list, in its order, as soon as all of them are on the page.
  const watch = new ResizeObserver(() => {
    const panels = [...(el.parentElement?.children ?? [])].filter((panel) => panel !== el);
    if (panels.length !== list.children.length) return;
    watch.disconnect();
    panels.forEach((panel, index) => {
      const tab = list.children[index];
      tab.id ||= `${key}-tab-${index}`;
      panel.id ||= `${key}-panel-${index}`;
      panel.setAttribute("role", "tabpanel");
      panel.setAttribute("aria-labelledby", tab.id);
      tab.setAttribute("aria-controls", panel.id);
    });
  });
  watch.observe(list);
  return () => watch.disconnect();
}

export default { render };
