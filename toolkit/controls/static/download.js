// A button that asks the kernel for a file and hands it to the browser; no file lies on the server.

function render({ model, el }) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "coach-button";
  const show = () => {
    button.textContent = model.get("label");
    button.disabled = model.get("disabled");
  };
  button.addEventListener("click", () => {
    button.setAttribute("aria-busy", "true");
    model.send({ wanted: true });
  });
  model.on("msg:custom", (content, buffers) => {
    button.removeAttribute("aria-busy");
    if (!buffers.length) return;
    const link = document.createElement("a");
    const url = URL.createObjectURL(new Blob([buffers[0]], { type: content.type }));
    link.href = url;
    link.download = content.name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(url), 10000);
  });
  model.on("change:label", show);
  model.on("change:disabled", show);
  show();
  el.append(button);
}

export default { render };
