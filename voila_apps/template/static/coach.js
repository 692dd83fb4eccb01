/* The frame of every page: the menu on narrow screens, and the focus after a change of language. */
const CHOSEN = "coach-language-chosen";
document.addEventListener("DOMContentLoaded", () => {
  const button = document.querySelector(".menu-button");
  button?.addEventListener("click", () => {
    const open = button.getAttribute("aria-expanded") !== "true";
    button.setAttribute("aria-expanded", String(open));
    document.getElementById("menu").classList.toggle("open", open);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.defaultPrevented || button?.getAttribute("aria-expanded") !== "true") return;
    if (!document.getElementById("menu").contains(document.activeElement)) return;
    button.click();
    button.focus();
  });
  const languages = document.querySelector(".languages");
  languages?.addEventListener("submit", () => sessionStorage.setItem(CHOSEN, "1"));
  if (sessionStorage.getItem(CHOSEN)) {
    sessionStorage.removeItem(CHOSEN);
    const chosen = languages?.querySelector("[aria-pressed=true]");
    (chosen?.checkVisibility() ? chosen : button)?.focus();
  }
});
