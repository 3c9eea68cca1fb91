// The calendar: entries are dragged to another day or time, and put back where that is refused.
import { say } from "./messages.js";
import { token } from "./session.js";

const QUARTERS = 96;
let moving = null;
let grabbed = 0; // quarters between the entry's beginning and where it was taken

const calendar = () => document.getElementById("calendar");
const targets = () => calendar().querySelectorAll("[data-day]");

function quarterAt(column, y) {
  const box = column.getBoundingClientRect();
  const quarter = Math.floor(((y - box.top) / box.height) * QUARTERS);
  return Math.min(QUARTERS - 1, Math.max(0, quarter));
}

const clock = (quarter) =>
  `${String(Math.floor(quarter / 4)).padStart(2, "0")}:${String((quarter % 4) * 15).padStart(2, "0")}`;

// What has no time belongs to the row of tasks, and what has one among the hours.
function mayDrop(target) {
  if (!moving || !target) return false;
  const isTask = moving.dataset.kind === "task";
  if (target.hasAttribute("data-hours")) return !isTask;
  return isTask || !target.hasAttribute("data-all-day");
}

document.addEventListener("dragstart", (event) => {
  const entry = event.target.closest?.("#calendar [data-move]");
  if (!entry) return;
  moving = entry;
  const column = entry.closest("[data-hours]");
  grabbed = column ? quarterAt(column, event.clientY) - quarterAt(column, entry.getBoundingClientRect().top + 1) : 0;
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", entry.textContent.trim());
  entry.classList.add("is-moving");
});

document.addEventListener("dragover", (event) => {
  const target = event.target.closest?.("#calendar [data-day]");
  if (!mayDrop(target)) return;
  event.preventDefault();
  for (const other of targets()) other.classList.toggle("is-target", other === target);
});

document.addEventListener("dragend", () => {
  moving?.classList.remove("is-moving");
  moving = null;
  for (const target of targets()) target.classList.remove("is-target");
});

document.addEventListener("drop", (event) => {
  const target = event.target.closest?.("#calendar [data-day]");
  if (!mayDrop(target)) return;
  event.preventDefault();
  const entry = moving;
  const time = target.hasAttribute("data-hours")
    ? clock(Math.max(0, quarterAt(target, event.clientY) - grabbed))
    : entry.dataset.time;
  move(entry, target, time);
});

// Shows the entry at its new place at once; the answer confirms it or puts it back.
async function move(entry, target, time) {
  const was = { parent: entry.parentElement, next: entry.nextSibling, className: entry.className };
  const wrapper = target.classList.contains("month-day") ? was.parent : entry;
  const place = { parent: wrapper.parentElement, next: wrapper.nextSibling };
  if (target.hasAttribute("data-hours")) {
    const [hours, minutes] = time.split(":").map(Number);
    const from = hours * 4 + Math.floor(minutes / 15);
    const to = Math.min(QUARTERS, from + Number(entry.dataset.quarters));
    entry.className = entry.className.replace(/\bfrom-\d+/, `from-${from}`).replace(/\bto-\d+/, `to-${to}`);
  }
  target.append(wrapper);
  const answer = await send(entry.dataset.move, target.dataset.day, time);
  if (!answer?.moved) {
    entry.className = was.className;
    entry.classList.remove("is-moving");
    place.parent.insertBefore(wrapper, place.next);
    if (answer) say(answer.message || calendar().dataset.failed, "error");
    return;
  }
  const { words, day, time: before } = answer.undo;
  say(answer.message, "success", { words, run: () => moveBack(entry.dataset.move, day, before) });
  await refresh();
}

async function moveBack(address, day, time) {
  const answer = await send(address, day, time);
  if (!answer) return;
  say(answer.message || calendar().dataset.failed, answer.moved ? "success" : "error");
  await refresh();
}

async function send(address, day, time) {
  const body = new URLSearchParams({ day, time });
  const headers = { Accept: "application/json", "X-CSRFToken": token(), "HX-Request": "true" };
  try {
    const response = await fetch(address, { method: "POST", body, headers });
    if (response.status === 401) {
      document.getElementById("session-over")?.showModal();
      return null;
    }
    return response.ok ? await response.json() : { moved: false, message: "" };
  } catch {
    return { moved: false, message: "" };
  }
}

async function refresh() {
  const scrolled = calendar().querySelector(".week-scroll")?.scrollTop;
  const response = await fetch(location.href);
  if (!response.ok) return;
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  calendar().replaceWith(page.getElementById("calendar"));
  settle(scrolled);
}

// A click on an empty place begins a meeting there.
document.addEventListener("click", (event) => {
  const place = event.target.closest?.("#calendar [data-new]");
  if (!place || event.target.closest("a, button") || innerWidth < 768) return;
  const from = place.hasAttribute("data-hours") ? Math.floor(quarterAt(place, event.clientY) / 2) * 2 : 36;
  const to = from + 2 < QUARTERS ? clock(from + 2) : "23:59";
  const query = new URLSearchParams({
    start_time: `${place.dataset.day}T${clock(from)}`,
    end_time: `${place.dataset.day}T${to}`,
  });
  location.assign(`${place.dataset.new}?${query}`);
});

// By keyboard: "m" on an entry asks where to.
document.addEventListener("keydown", (event) => {
  const entry = event.target.closest?.("#calendar [data-move]");
  if (!entry || event.key !== "m" || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  const next = new URLSearchParams({ next: location.pathname + location.search });
  location.assign(`${entry.dataset.move}?${next}`);
});

// A week opens at its working hours; the head leaves room for the scroll bar below it.
function settle(scrolled) {
  const hours = calendar()?.querySelector(".week-scroll");
  if (!hours) return;
  hours.scrollTop = scrolled ?? (hours.scrollHeight / 24) * 7.5;
  const bar = hours.offsetWidth - hours.clientWidth;
  hours.parentElement.style.setProperty("--scroll-bar", `${bar}px`);
}

settle();
