// Asks the kernel again and again, but only while this place is in sight and the last question is answered.

const PATIENCE = 60_000;

function render({ model, el }) {
  let waiting = false;
  let asked = 0;
  const inSight = () => document.visibilityState === "visible" && el.getClientRects().length > 0;
  const ask = () => {
    const now = Date.now();
    if (!inSight() || (waiting && now - asked < PATIENCE)) return;
    waiting = true;
    asked = now;
    model.send({ due: true });
  };
  const answered = () => {
    waiting = false;
  };
  model.on("msg:custom", answered);
  document.addEventListener("visibilitychange", ask);
  const timer = setInterval(ask, 1000 * model.get("seconds"));
  return () => {
    clearInterval(timer);
    document.removeEventListener("visibilitychange", ask);
    model.off("msg:custom", answered);
  };
}

export default { render };
