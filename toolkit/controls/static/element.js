// What controls draw with: elements, and values of the model that are shown now and whenever they change.

export function place(parent, tag, className, text) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  if (text !== undefined) node.textContent = text;
  parent.append(node);
  return node;
}

export function follow(model, names, show) {
  for (const name of names) model.on(`change:${name}`, show);
  show();
}
