// Good news become toasts that leave by themselves; what went wrong stays where it is.
const LIFETIME = 8000;

function raise(notice) {
  const toasts = document.getElementById("toasts");
  if (!toasts) return;
  notice.removeAttribute("data-toast");
  toasts.append(notice);
  let timer = setTimeout(() => notice.remove(), LIFETIME);
  notice.addEventListener("pointerenter", () => clearTimeout(timer));
  notice.addEventListener("focusin", () => clearTimeout(timer));
  notice.addEventListener("pointerleave", () => {
    timer = setTimeout(() => notice.remove(), LIFETIME);
  });
}

// `action` is a button beside the words: `{ words, run }`.
export function say(text, level = "success", action = null) {
  const notice = document.createElement("div");
  notice.className = `notice notice-${level}`;
  const words = document.createElement("div");
  words.className = "notice-text";
  words.textContent = text;
  notice.append(words);
  if (action) notice.append(buttonFor(action, notice));
  raise(notice);
}

function buttonFor({ words, run }, notice) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn btn-sm btn-light";
  button.textContent = words;
  button.addEventListener("click", () => {
    notice.remove();
    run();
  });
  return button;
}

function raiseAll(root) {
  for (const notice of root.querySelectorAll("[data-toast]")) raise(notice);
}

raiseAll(document);
document.addEventListener("htmx:load", (event) => raiseAll(event.detail.elt));
document.addEventListener("htmx:sendError", () => {
  say(document.body.dataset.offlineWords, "error");
});
