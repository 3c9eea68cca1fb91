// Asks in a dialog for what a move of a deal needs. The form is the server's own.
import { token } from "./session.js";

export const MARK = { "X-Board": "yes" };

const dialogOf = () => document.getElementById("move-dialog");

// An answer is either a form that asks for more, or says how it ended.
export const isForm = (response) => response.ok && response.headers.get("Content-Type").startsWith("text/html");

export async function post(address, body) {
  const headers = { ...MARK, "X-CSRFToken": token() };
  const response = await fetch(address, { method: "POST", body, headers, redirect: "manual" });
  if (response.status === 401) document.getElementById("session-over")?.showModal();
  return response;
}

function fill(dialog, html) {
  const page = new DOMParser().parseFromString(html, "text/html");
  dialog.replaceChildren(...page.body.children);
  const first = dialog.querySelector("[autofocus]") ?? dialog.querySelector("input:not([type=hidden]), select");
  (first ?? dialog.querySelector(".btn-primary"))?.focus();
}

// Shows the form and resolves with the response that ended it; null where it was given up.
// `extra` are values that the form doesn't ask for, such as the cards beside the new place.
export function ask(html, extra = {}) {
  const dialog = dialogOf();
  return new Promise((resolve) => {
    let answer = null;
    let isBusy = false;
    const clicked = (event) => {
      if (!event.target.closest("[data-close]")) return;
      event.preventDefault();
      dialog.close();
    };
    const submitted = async (event) => {
      event.preventDefault();
      event.stopPropagation();
      const form = event.target;
      if (isBusy) return;
      isBusy = true;
      const body = new FormData(form);
      for (const [name, value] of Object.entries(extra)) body.set(name, value);
      const response = await post(form.action, body);
      isBusy = false;
      if (isForm(response)) {
        fill(dialog, await response.text());
        return;
      }
      answer = response;
      dialog.close();
    };
    const closed = () => {
      dialog.removeEventListener("click", clicked);
      dialog.removeEventListener("submit", submitted, true);
      dialog.replaceChildren();
      resolve(answer);
    };
    dialog.addEventListener("click", clicked);
    dialog.addEventListener("submit", submitted, true);
    dialog.addEventListener("close", closed, { once: true });
    dialog.showModal();
    fill(dialog, html);
  });
}

export async function formFor(address) {
  const response = await fetch(address, { headers: MARK });
  if (!response.ok) throw response;
  return response.text();
}
