// A button for one file; what is too large is said at once instead of being sent.

function render({ model, el }) {
  const label = document.createElement("label");
  label.className = "coach-button coach-file";
  const words = document.createElement("span");
  const input = document.createElement("input");
  input.type = "file";
  input.accept = model.get("accept");
  words.textContent = model.get("label");
  label.append(words, input);
  input.addEventListener("change", async () => {
    const file = input.files[0];
    input.value = "";
    if (!file) return;
    if (file.size > model.get("limit_mb") * 1048576) {
      model.send({ name: file.name, size: file.size, too_large: true });
      return;
    }
    words.textContent = `${model.get("busy")} ${file.name}`;
    const content = await file.arrayBuffer();
    model.send({ name: file.name, size: file.size, too_large: false }, undefined, [content]);
  });
  model.on("msg:custom", () => (words.textContent = model.get("label")));
  el.append(label);
}

export default { render };
