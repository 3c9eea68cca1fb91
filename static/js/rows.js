// Lists by keyboard and by a click anywhere in the row.
const rows = () => [...document.querySelectorAll("table[data-rows] tbody tr[data-href]")];

function goTo(row) {
  for (const other of rows()) other.classList.toggle("is-here", other === row);
  const link = row.querySelector("a");
  link.focus({ preventScroll: true });
  row.scrollIntoView({ block: "nearest" });
}

const KEYS = { n: "[data-key=n]", e: "[data-key=e]", f: "[data-key=f]" };

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest?.("input, textarea, select, dialog, [contenteditable]")) return;
  const all = rows();
  const here = all.findIndex((row) => row.classList.contains("is-here"));
  if (event.key === "j" && all.length) goTo(all[Math.min(here + 1, all.length - 1)]);
  else if (event.key === "k" && all.length) goTo(all[Math.max(here - 1, 0)]);
  else if (event.key === "?") document.getElementById("keys")?.showModal();
  else if (KEYS[event.key]) {
    const target = document.querySelector(KEYS[event.key]);
    if (!target) return;
    event.preventDefault();
    target.click();
    if (target.matches("summary")) target.parentElement.querySelector("input, select")?.focus();
  }
});

document.addEventListener("click", (event) => {
  const row = event.target.closest("tr[data-href]");
  if (!row || event.target.closest("a, button, input, label, form") || getSelection().toString()) return;
  if (event.ctrlKey || event.metaKey) open(row.dataset.href, "_blank", "noopener");
  else location.assign(row.dataset.href);
});
