// The board by keyboard: arrows go from card to card, with Shift they move the card; M opens the
// menu of stages, which the dots on a card open too.
import { cardsOf, columnOf, columns, listOf, moved, placeOf } from "./boardmoves.js";

const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
let menuFor = null;

const menu = () => document.getElementById("move-menu");

function focus(card) {
  card.querySelector(".board-title").focus({ preventScroll: true });
  card.scrollIntoView({ block: "nearest", inline: "nearest" });
}

function neighbour(column, step) {
  const all = columns();
  return all[all.indexOf(column) + step];
}

function walk(card, [across, down]) {
  const column = columnOf(card);
  const at = cardsOf(column).indexOf(card);
  if (down) {
    const next = cardsOf(column)[at + down];
    if (next) focus(next);
    return;
  }
  let other = neighbour(column, across);
  while (other && !cardsOf(other).length) other = neighbour(other, across);
  if (!other) return;
  const cards = cardsOf(other);
  focus(cards[Math.min(at, cards.length - 1)]);
}

function carry(card, [across, down]) {
  if (!card.hasAttribute("data-movable") || card.classList.contains("is-sent")) return;
  const place = placeOf(card);
  const column = columnOf(card);
  if (down) {
    const cards = cardsOf(column);
    const other = cards[cards.indexOf(card) + down];
    if (!other) return;
    if (down < 0) other.before(card);
    else other.after(card);
  } else {
    const other = neighbour(column, across);
    if (!other) return;
    listOf(other).prepend(card);
  }
  focus(card);
  moved(card, place);
}

function openMenu(card) {
  if (!card.hasAttribute("data-movable")) return;
  menuFor = card;
  const list = menu();
  for (const item of list.querySelectorAll("[data-to]")) {
    item.toggleAttribute("aria-current", item.dataset.to === card.dataset.stage);
  }
  list.hidden = false;
  place(list, card.querySelector("[data-move-menu]").getBoundingClientRect());
  list.querySelector("[data-to]:not([aria-current])")?.focus();
}

function place(list, box) {
  const left = Math.min(box.right - list.offsetWidth, innerWidth - list.offsetWidth - 8);
  const top = Math.min(box.bottom + 4, innerHeight - list.offsetHeight - 8);
  list.style.left = `${Math.max(8, left)}px`;
  list.style.top = `${Math.max(8, top)}px`;
}

function closeMenu(isBack) {
  if (!menuFor) return;
  menu().hidden = true;
  const card = menuFor;
  menuFor = null;
  if (isBack) focus(card);
}

function choose(stage) {
  const card = menuFor;
  closeMenu(false);
  const column = columns().find((one) => one.dataset.stage === stage);
  if (!column || stage === card.dataset.stage) {
    focus(card);
    return;
  }
  const place = placeOf(card);
  listOf(column).prepend(card);
  focus(card);
  moved(card, place);
}

function inMenu(event) {
  const items = [...menu().querySelectorAll("[data-to]")];
  const at = items.indexOf(document.activeElement);
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 }[event.key];
  if (to !== undefined) {
    event.preventDefault();
    items[(to + items.length) % items.length].focus();
  } else if (event.key === "Escape" || event.key === "Tab") {
    event.preventDefault();
    closeMenu(true);
  }
}

export function watchKeys() {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest?.("#move-menu")) {
      inMenu(event);
      return;
    }
    const card = event.target.closest?.(".board-card");
    if (!card) return;
    const arrow = ARROWS[event.key];
    if (arrow) {
      event.preventDefault();
      (event.shiftKey ? carry : walk)(card, arrow);
    } else if (event.key === "m" || event.key === "M") {
      event.preventDefault();
      openMenu(card);
    }
  });
  document.addEventListener("click", (event) => {
    const item = event.target.closest("#move-menu [data-to]");
    const opener = event.target.closest("[data-move-menu]");
    if (item) choose(item.dataset.to);
    else if (opener && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      openMenu(opener.closest(".board-card"));
    } else closeMenu(false);
  });
  document.addEventListener("scroll", () => {
    if (menuFor) place(menu(), menuFor.querySelector("[data-move-menu]").getBoundingClientRect());
  }, { capture: true, passive: true });
}
