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

export function say(text, level = "success") {
  const notice = document.createElement("div");
  notice.className = `notice notice-${level}`;
  const words = document.createElement("div");
  words.className = "notice-text";
  words.textContent = text;
  notice.append(words);
  raise(notice);
}

function raiseAll(root) {
  for (const notice of root.querySelectorAll("[data-toast]")) raise(notice);
}

raiseAll(document);
document.addEventListener("htmx:load", (event) => raiseAll(event.detail.elt));
document.addEventListener("htmx:sendError", () => {
  say(document.body.dataset.offlineWords, "error");
});
