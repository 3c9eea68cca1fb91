// The command palette: "/" or Ctrl-K opens it, arrows and Enter lead on.
const palette = document.getElementById("palette");
const input = palette?.querySelector("input");
const found = document.getElementById("palette-found");
const told = document.getElementById("palette-told");
let shownFor = null;

const links = () => [...found.querySelectorAll("a")];

function open() {
  if (palette.open) return;
  palette.showModal();
  input.select();
  input.dispatchEvent(new Event("palette-opened", { bubbles: true }));
}

function select(next) {
  for (const link of links()) link.setAttribute("aria-selected", String(link === next));
  if (next) {
    input.setAttribute("aria-activedescendant", next.id);
    next.scrollIntoView({ block: "nearest" });
  }
}

function step(by) {
  const all = links();
  if (!all.length) return;
  const at = all.findIndex((link) => link.getAttribute("aria-selected") === "true");
  select(all[(at + by + all.length) % all.length]);
}

if (palette) {
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-open=palette]");
    if (opener) {
      event.preventDefault();
      open();
    }
    if (event.target === palette) palette.close();
  });
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest?.("input, textarea, select, [contenteditable]");
    if ((event.key === "k" && (event.ctrlKey || event.metaKey)) || (event.key === "/" && !typing)) {
      event.preventDefault();
      open();
    }
  });
  input.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      step(event.key === "ArrowDown" ? 1 : -1);
    } else if (event.key === "Escape") {
      event.preventDefault(); // a search field would only be emptied by the first press
      palette.close();
    } else if (event.key === "Enter") {
      // what stands there is not yet about what was typed: then the search page answers
      if (shownFor !== input.value.trim()) return;
      const chosen = found.querySelector("a[aria-selected=true]") ?? links()[0];
      if (chosen) {
        event.preventDefault();
        location.assign(chosen.href);
      }
    }
  });
  found.addEventListener("htmx:afterSwap", (event) => {
    shownFor = new URL(event.detail.xhr.responseURL).searchParams.get("q").trim();
    select(links()[0]);
    told.textContent = told.dataset.words.replace("0", String(links().length));
  });
}
