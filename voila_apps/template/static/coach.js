/* The page around a kernel: shows that it is coming, that it is lost, and ends it with its tab. */
(() => {
  "use strict";

  const POLL = 15000, RETRY = 2000, PATIENCE = 4000;
  const byId = (id) => document.getElementById(id);
  let kernel = "", leaving = false, ended = false, lostAt = 0, timer = 0;
  const sockets = new Set();

  // The widget manager ends its kernel at "beforeunload", which also comes before a download;
  // being first here keeps that from it. Ours is "pagehide".
  window.addEventListener("beforeunload", (event) => event.stopImmediatePropagation());

  window.addEventListener("pagehide", () => {
    leaving = true;
    if (!kernel) return;
    const form = new FormData();
    form.append("_xsrf", document.querySelector('meta[name="coach-xsrf"]').content);
    navigator.sendBeacon(`/close/${kernel}`, form);
  });

  // A page taken from the browser's memory would have no kernel any more.
  window.addEventListener("pageshow", (event) => event.persisted && location.reload());

  const Native = window.WebSocket;
  window.WebSocket = class extends Native {
    constructor(...args) {
      super(...args);
      this.addEventListener("open", () => { sockets.add(this); check(); });
      this.addEventListener("close", () => { sockets.delete(this); check(); });
    }
  };

  const banner = (kind) => {
    const box = byId("connection");
    if (!box) return;
    box.hidden = !kind;
    byId("reload").hidden = kind !== "ended";
    if (kind) box.querySelector(".notice-text").textContent = box.querySelector(".notice-text").dataset[kind];
    byId("cells").toggleAttribute("inert", kind === "ended");
  };

  const check = async () => {
    clearTimeout(timer);
    if (!kernel || leaving || ended) return;
    let status = 0;
    try {
      status = (await fetch(`/api/kernels/${kernel}`, { cache: "no-store" })).status;
    } catch { /* The server cannot be reached: status stays 0. */ }
    if (leaving) return;
    if (status >= 400 && status < 500) {
      ended = true;
      banner("ended");
      return;
    }
    const well = status === 200 && sockets.size > 0;
    lostAt = well ? 0 : lostAt || Date.now();
    banner(!well && Date.now() - lostAt > PATIENCE ? "lost" : "");
    timer = setTimeout(check, well ? POLL : RETRY);
  };

  const ready = () => {
    byId("skeleton")?.remove();
    byId("main").removeAttribute("aria-busy");
    performance.mark("coach-ready");
  };

  const fail = () => {
    ready();
    byId("failure").hidden = false;
  };

  const watchPage = () => {
    const cells = byId("cells");
    // Voila puts an empty shell with our id after the page; what it shows stays in the cells.
    new MutationObserver(() => {
      for (const shell of document.querySelectorAll("body > .jp-LabShell")) {
        shell.id = "voila-shell";
        shell.hidden = true;
      }
    }).observe(document.body, { childList: true });
    byId("reload").addEventListener("click", () => location.reload());
    byId("retry").addEventListener("click", () => location.reload());
    const config = byId("jupyter-config-data");
    if (config) kernel = JSON.parse(config.textContent).kernelId;
    if (!config || cells.querySelector("[data-failed]") || !cells.querySelector(".cell-output")) {
      fail();
      return;
    }
    const shown = () => cells.querySelector(".cell-output .lm-Widget > *");
    const seen = new MutationObserver(() => {
      if (!shown()) return;
      seen.disconnect();
      ready();
    });
    seen.observe(cells, { childList: true, subtree: true });
    timer = setTimeout(check, POLL);
  };

  document.addEventListener("DOMContentLoaded", () => {
    const button = document.querySelector(".menu-button");
    button?.addEventListener("click", () => {
      const open = button.getAttribute("aria-expanded") !== "true";
      button.setAttribute("aria-expanded", String(open));
      byId("menu").classList.toggle("open", open);
    });
    if (byId("cells")) watchPage();
  });
})();
