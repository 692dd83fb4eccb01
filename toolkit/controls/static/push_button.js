// A button. From a press until the kernel's answer it is busy: a second tap does nothing.

function render({ model, el }) {
  const button = document.createElement("button");
  button.type = "button";
  let busy = false;
  const show = () => {
    button.textContent = model.get("label");
    button.disabled = model.get("disabled");
    button.className = `coach-control coach-button${model.get("primary") ? " mod-primary" : ""}`;
  };
  const showBusy = (on) => {
    busy = on;
    if (on) button.setAttribute("aria-busy", "true");
    else button.removeAttribute("aria-busy");
  };
  button.addEventListener("click", () => {
    if (busy) return;
    showBusy(true);
    model.send({ pressed: true });
  });
  model.on("msg:custom", () => showBusy(false));
  for (const name of ["label", "disabled", "primary"]) model.on(`change:${name}`, show);
  show();
  el.append(button);
}

export default { render };
