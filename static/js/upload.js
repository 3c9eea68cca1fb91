// Files: drop them on the area, see what is chosen; an upload form sends them one by one with
// their progress. Without this the browser's own button and one sending do the same.
import { token } from "./session.js";

const busy = new WeakSet();
const sizes = new Intl.NumberFormat(document.documentElement.lang, { maximumFractionDigits: 1 });
const size = (bytes) => (bytes < 1024 * 1024 ? `${sizes.format(bytes / 1024)} KB` : `${sizes.format(bytes / 1024 / 1024)} MB`);

function list(area) {
  const items = [...area.querySelector("input[type=file]").files].map((file) => {
    const item = document.createElement("li");
    const name = document.createElement("span");
    name.textContent = file.name;
    name.className = "clip";
    const state = document.createElement("span");
    state.className = "text-faint";
    state.textContent = size(file.size);
    item.append(name, state);
    return item;
  });
  area.querySelector(".drop-files").replaceChildren(...items);
  return items;
}

for (const [name, isOver] of [["dragover", true], ["dragleave", false], ["drop", false]]) {
  document.addEventListener(name, (event) => {
    const area = event.target.closest?.("[data-drop]");
    if (!area || !event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    area.classList.toggle("is-over", isOver);
    if (name !== "drop") return;
    const input = area.querySelector("input[type=file]");
    const all = new DataTransfer();
    for (const file of [...input.files, ...event.dataTransfer.files]) all.items.add(file);
    input.files = all.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  });
}

document.addEventListener("change", (event) => {
  const area = event.target.closest?.("[data-drop]");
  if (area && event.target.type === "file") list(area);
});

function send(form, file, place, item) {
  const body = new FormData(form);
  body.delete("files");
  body.append("files", file);
  body.set("place", place);
  const bar = document.createElement("progress");
  bar.className = "meter";
  bar.max = 100;
  bar.setAttribute("aria-label", file.name);
  item.querySelector(".text-bad")?.remove();
  item.append(bar);
  return new Promise((done) => {
    const request = new XMLHttpRequest();
    request.open("POST", form.action);
    request.setRequestHeader("X-Upload", "yes");
    request.setRequestHeader("HX-Request", "true");
    request.setRequestHeader("X-CSRFToken", token());
    request.responseType = "json";
    request.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable) bar.value = (event.loaded / event.total) * 100;
    });
    request.addEventListener("loadend", () => {
      bar.remove();
      if (request.status === 401) document.getElementById("session-over")?.showModal();
      const isStored = request.status === 201; // a refusal is 200 with a message
      const state = item.querySelector("span:nth-child(2)");
      if (isStored) {
        state.className = "text-good";
        state.textContent = form.dataset.storedWords;
      } else {
        const problem = document.createElement("span");
        problem.className = "text-bad";
        problem.textContent = request.response?.message || form.dataset.failedWords;
        item.append(problem);
      }
      done(isStored ? request.response.url : "");
    });
    request.send(body);
  });
}

document.addEventListener("submit", async (event) => {
  const form = event.target;
  const input = form.matches("[data-upload]") && form.querySelector("input[type=file]");
  if (!input || !input.files.length) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  if (busy.has(form)) return;
  busy.add(form);
  form.setAttribute("aria-busy", "true");
  const area = input.closest("[data-drop]");
  const items = list(area);
  const left = new DataTransfer();
  let address = "";
  for (const [index, file] of [...input.files].entries()) {
    const stored = await send(form, file, index, items[index]);
    if (stored) address = stored;
    else left.items.add(file);
  }
  busy.delete(form);
  form.removeAttribute("aria-busy");
  const isWhole = !left.files.length;
  if (isWhole) location.assign(items.length > 1 || form.hasAttribute("data-stay") ? form.dataset.after : address);
  else input.files = left.files; // what was stored is not sent again
}, true);
