/* Stands where the library for formulas would be: no page shows any, so it takes every call and does nothing. */
(() => {
  const nothing = new Proxy(function () {}, {
    get: (_, name) => (name === "then" || typeof name === "symbol" ? undefined : nothing),
    apply: () => undefined,
  });
  window.MathJax = nothing;
})();
