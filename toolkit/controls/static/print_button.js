// Opens the print dialogue; the look on paper is that of the page.

function render({ model, el }) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "coach-control coach-button";
  button.textContent = model.get("label");
  button.addEventListener("click", () => window.print());
  el.append(button);
}

export default { render };
