// A tab list for keyboard and touch; the kernel shows the chosen panel.

function render({ model, el }) {
  const list = document.createElement("div");
  list.className = "coach-tabs";
  list.setAttribute("role", "tablist");
  list.setAttribute("aria-label", model.get("label"));
  const select = (index, focus) => {
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
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const count = list.children.length;
    select((model.get("selected") + step + count) % count, true);
  });
  model.on("change:selected", show);
  show();
  el.append(list);
}

export default { render };
