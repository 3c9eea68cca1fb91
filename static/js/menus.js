// Menus made of <details>: they close by Escape and by a click elsewhere.
function closeBut(kept) {
  for (const menu of document.querySelectorAll("details[data-menu][open]")) {
    if (menu !== kept) menu.open = false;
  }
}

document.addEventListener("click", (event) => {
  closeBut(event.target.closest("details[data-menu]"));
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const menu = event.target.closest?.("details[data-menu][open]");
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});

// The tab that was opened is the current one.
document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-tabs] a");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  for (const other of link.parentElement.querySelectorAll("a")) other.removeAttribute("aria-current");
  link.setAttribute("aria-current", "page");
});

// "Cancel" of a form that was put into the page empties its place again.
document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-clear]");
  const place = link && document.querySelector(link.dataset.clear);
  if (!place || !place.contains(link)) return;
  event.preventDefault();
  place.replaceChildren();
});
