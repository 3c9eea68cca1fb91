// Forms: one sending at a time, a question before what can't be seen to be undone, and a warning
// before what was typed is left behind.
const sent = new WeakSet();
const touched = new WeakSet();

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method === "dialog") return;
  if (event.submitter?.formTarget) return; // a look into a frame, not the sending itself
  if (form.dataset.confirm && !form.dataset.confirmed) {
    event.preventDefault();
    event.stopImmediatePropagation();
    const words = event.submitter?.getAttribute("aria-label") || event.submitter?.textContent.trim();
    ask(form.dataset.confirm, words, () => {
      form.dataset.confirmed = "yes";
      form.requestSubmit(event.submitter ?? undefined);
      delete form.dataset.confirmed;
    });
    return;
  }
  if (form.method === "get" || form.hasAttribute("hx-post")) {
    touched.delete(form);
    return;
  }
  if (sent.has(form)) {
    event.preventDefault();
    return;
  }
  sent.add(form);
  touched.delete(form);
  form.setAttribute("aria-busy", "true");
}, true);

// The back button shows the page as it was left, with forms that can be sent again.
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[aria-busy]")) {
    form.removeAttribute("aria-busy");
    sent.delete(form);
  }
});

document.addEventListener("input", (event) => {
  const form = event.target.form;
  if (form?.hasAttribute("data-guard")) touched.add(form);
});

addEventListener("beforeunload", (event) => {
  for (const form of document.querySelectorAll("form[data-guard]")) {
    if (touched.has(form)) event.preventDefault();
  }
});

function ask(question, words, go) {
  const dialog = document.createElement("dialog");
  dialog.className = "dialog";
  const text = document.createElement("p");
  text.textContent = question;
  text.id = "confirm-question";
  dialog.setAttribute("aria-labelledby", text.id);
  const form = document.createElement("form");
  form.method = "dialog";
  form.className = "dialog-actions";
  for (const [value, label, look] of [
    ["no", document.body.dataset.cancelWords, "light"],
    ["yes", words || "OK", "primary"],
  ]) {
    const button = document.createElement("button");
    button.className = `btn btn-${look}`;
    button.value = value;
    button.textContent = label;
    form.append(button);
  }
  dialog.append(text, form);
  dialog.addEventListener("close", () => {
    const answer = dialog.returnValue;
    dialog.remove();
    if (answer === "yes") go();
  });
  document.body.append(dialog);
  dialog.showModal();
  form.lastElementChild.focus();
}
