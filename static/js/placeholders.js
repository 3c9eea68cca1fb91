// Puts a placeholder where the author was writing last.
let last = null;

document.addEventListener("focusin", (event) => {
  if (event.target.matches("textarea, input[type=text]") && !event.target.closest("[data-lookup]")) last = event.target;
});

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-insert]");
  if (!button) return;
  const field = last ?? document.querySelector("textarea");
  field.setRangeText(button.dataset.insert, field.selectionStart, field.selectionEnd, "end");
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.focus();
});
