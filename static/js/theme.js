// Light or dark, before the first paint: as the person chose, else as the device has it.
(() => {
  const root = document.documentElement;
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const chosen = () => {
    let own = null;
    try {
      own = localStorage.getItem("theme");
    } catch {
      // a browser that keeps nothing has no choice of its own
    }
    return own || root.dataset.theme || "auto";
  };
  const show = () => {
    const choice = chosen();
    root.dataset.bsTheme = choice === "auto" ? (dark.matches ? "dark" : "light") : choice;
    for (const button of document.querySelectorAll("[data-theme-choice]")) {
      button.setAttribute("aria-pressed", String(button.dataset.themeChoice === choice));
    }
  };
  show();
  dark.addEventListener("change", show);
  document.addEventListener("DOMContentLoaded", show);
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-theme-choice]");
    if (!button) return;
    event.stopPropagation();
    try {
      localStorage.setItem("theme", button.dataset.themeChoice);
    } catch {
      // then it holds until the page is left
    }
    root.dataset.theme = button.dataset.themeChoice;
    show();
  });
})();
