// Keeps the page's address in step with what is open on it. Other notebooks' addresses are left alone.

function render({ model, el }) {
  el.hidden = true;
  if (!document.getElementById("coach-kernel")) return;
  const show = () => {
    const query = new URLSearchParams(model.get("at")).toString();
    const address = location.pathname + (query ? `?${query}` : "");
    if (address !== location.pathname + location.search) history.replaceState(null, "", address);
    for (const field of document.querySelectorAll("form.languages input[name=next]")) field.value = address;
  };
  model.on("change:at", show);
  show();
}

export default { render };
