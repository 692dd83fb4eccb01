// Runs in every page before the page's own scripts: looks for the first rating control, taps it, and notes
// the moments. SELECTORS is put in by measures.py. The page's clock begins when the navigation begins.
(() => {
  const SELECTORS = __SELECTORS__;
  const RETRY = 50; // a tap that nobody took is tried again after this, in ms
  const PATIENCE = 250; // a tap that went out to the server is repeated after this at the earliest, then twice this …
  const LOST = 10000; // a tap in an open page that is not confirmed by then is lost
  const REST = 1100; // stamps have seconds: a card is tapped again when its next stamp must read differently
  if (window !== window.top || !location.protocol.startsWith("http")) return;

  const roots = [document];
  const watchers = new Set();
  const attachShadow = Element.prototype.attachShadow;
  Element.prototype.attachShadow = function (options) {
    const root = attachShadow.call(this, options);
    roots.push(root);
    for (const watcher of watchers) watcher.watch(root);
    return root;
  };

  let sent = 0;
  const counted = (owner, name) => {
    const original = owner[name];
    owner[name] = function (...rest) {
      sent += 1;
      return original.apply(this, rest);
    };
  };
  counted(WebSocket.prototype, "send");
  counted(XMLHttpRequest.prototype, "send");
  counted(window, "fetch");

  const pause = (time) => new Promise((resolve) => setTimeout(resolve, time));
  const numbered = (selector, number) => selector.replace("{n}", number).replace("{nth}", number + 1);
  const inside = (host) => host.shadowRoot || host;

  function find(selector) {
    for (const root of roots) {
      if (root !== document && !root.host.isConnected) continue;
      const found = root.querySelector(selector);
      if (found) return found;
    }
    return null;
  }

  function visible(element) {
    const box = element.getBoundingClientRect();
    const seen = element.checkVisibility({ opacityProperty: true, visibilityProperty: true });
    return seen && box.width > 0 && box.height > 0;
  }

  function options(number) {
    const host = find(numbered(SELECTORS.scale, number));
    return host ? [...inside(host).querySelectorAll(SELECTORS.option)] : [];
  }

  function shown() {
    const host = find(numbered(SELECTORS.scale, 0));
    const filled = host && (!SELECTORS.option || inside(host).querySelector(SELECTORS.option));
    return Boolean(filled) && visible(host);
  }

  function stamp(number) {
    const host = find(numbered(SELECTORS.stamp, number));
    const found = host && inside(host).textContent.match(/saved \d\d:\d\d:\d\d/);
    return found && visible(host) ? found[0] : "";
  }

  // The moment at which `test` first holds: asked after changes of the page, at most every `step` ms, and every 50 ms.
  function when(test, step) {
    return new Promise((resolve) => {
      let last = -Infinity;
      let waiting = false;
      const look = () => {
        waiting = false;
        last = performance.now();
        if (!test()) return;
        watchers.delete(watcher);
        watcher.end();
        resolve(performance.now());
      };
      const changed = () => {
        if (waiting) return;
        const rest = last + step - performance.now();
        if (rest <= 0) return look();
        waiting = true;
        setTimeout(look, rest);
      };
      const observer = new MutationObserver(changed);
      const clock = setInterval(changed, 50);
      const watcher = {
        watch: (root) =>
          observer.observe(root, { subtree: true, childList: true, characterData: true, attributes: true }),
        end: () => {
          observer.disconnect();
          clearInterval(clock);
        },
      };
      watchers.add(watcher);
      roots.forEach(watcher.watch);
      look();
    });
  }

  const chosen = (option) =>
    option.checked || option.getAttribute("aria-checked") === "true" || option.classList.contains("mod-active");
  let turn = 0;

  // A level that is not chosen yet: tapping the chosen one is no change, and apps rightly ignore it.
  function tap(number) {
    const levels = options(number).slice(0, 5);
    const at = [0, 1, 2, 3, 4].map((step) => levels[(turn + step) % 5]).find((level) => level && !chosen(level));
    turn += 1;
    if (!at) return;
    const how = { bubbles: true, cancelable: true, composed: true, button: 0 };
    at.dispatchEvent(new PointerEvent("pointerdown", how));
    at.dispatchEvent(new MouseEvent("mousedown", how));
    at.dispatchEvent(new PointerEvent("pointerup", how));
    at.dispatchEvent(new MouseEvent("mouseup", how));
    at.click();
  }

  async function open(step) {
    const control = await when(shown, step);
    let working = null;
    let taps = 0;
    if (SELECTORS.stamp) {
      const confirmed = when(() => stamp(0), step).then((moment) => (working = moment));
      for (let patience = PATIENCE; working === null; ) {
        const before = sent;
        tap(0);
        taps += 1;
        await Promise.race([confirmed, pause(RETRY)]);
        if (working !== null || sent === before) continue;
        await Promise.race([confirmed, pause(patience - RETRY)]);
        patience *= 2;
      }
    }
    const paints = () => performance.getEntriesByName("first-contentful-paint");
    for (let tries = 0; tries < 40 && !paints().length; tries += 1) await pause(50);
    return { paint: paints()[0]?.startTime ?? null, control, working, taps };
  }

  // Milliseconds from each of `count` taps, spread over `cards` cards, to its confirmation, and how many got none.
  async function taps(count, cards) {
    const times = [];
    let lost = 0;
    const tapped = Array(cards).fill(performance.now());
    for (let at = 0; at < count; at += 1) {
      const number = at % cards;
      await pause(Math.max(150, tapped[number] + REST - performance.now()));
      const before = stamp(number);
      const begun = performance.now();
      tap(number);
      const confirmed = when(() => stamp(number) && stamp(number) !== before, 0);
      const ended = await Promise.race([confirmed, pause(LOST)]);
      tapped[number] = performance.now();
      if (ended) times.push(ended - begun);
      else lost += 1;
    }
    return { times, lost };
  }

  window.benchmark = { opened: open(__STEP__), taps };
})();
