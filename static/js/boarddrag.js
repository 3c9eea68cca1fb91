// Cards by mouse, pen and finger. A finger rests on the card for a moment first: it may scroll too.
import { board, cardsOf, columns, listOf, moved, placeOf } from "./boardmoves.js";

const NEAR = 6; // pixels that a mouse moves before it drags
const REST = 320; // milliseconds that a finger rests
const EDGE = 56; // pixels at an edge where the board scrolls by itself
let held = null;

function lift() {
  const { card, x, y } = held;
  const box = card.getBoundingClientRect();
  const flying = card.cloneNode(true);
  flying.removeAttribute("id");
  flying.setAttribute("aria-hidden", "true");
  flying.classList.add("is-flying");
  flying.style.width = `${box.width}px`;
  document.body.append(flying);
  card.classList.add("is-lifted");
  board().classList.add("is-dragging");
  Object.assign(held, { flying, place: placeOf(card), dx: x - box.left, dy: y - box.top, lifted: true });
  fly();
  scroll();
}

function fly() {
  held.flying.style.transform = `translate(${held.x - held.dx}px, ${held.y - held.dy}px)`;
  const column = columns().find((one) => {
    const box = one.getBoundingClientRect();
    return held.x >= box.left && held.x <= box.right;
  });
  for (const one of columns()) one.classList.toggle("is-target", one === column);
  if (!column) return;
  const others = cardsOf(column).filter((card) => card !== held.card);
  const below = others.find((card) => {
    const box = card.getBoundingClientRect();
    return held.y < box.top + box.height / 2;
  });
  const list = listOf(column);
  if (held.card.parentElement !== list || held.card.nextElementSibling !== (below ?? null)) {
    list.insertBefore(held.card, below ?? null);
  }
  held.list = list;
}

function pull(element, axis, from, to, at) {
  const step = at < from + EDGE ? at - from - EDGE : at > to - EDGE ? at - to + EDGE : 0;
  element[axis] += Math.max(-14, Math.min(14, step / 3));
}

function scroll() {
  if (!held?.lifted) return;
  const box = board().getBoundingClientRect();
  pull(board(), "scrollLeft", Math.max(box.left, 0), Math.min(box.right, innerWidth), held.x);
  if (held.list) {
    const inside = held.list.getBoundingClientRect();
    pull(held.list, "scrollTop", inside.top, inside.bottom, held.y);
  }
  fly();
  requestAnimationFrame(scroll);
}

function drop(isMeant) {
  clearTimeout(held.timer);
  const { card, flying, place, lifted } = held;
  held = null;
  if (!lifted) return;
  flying.remove();
  card.classList.remove("is-lifted");
  board().classList.remove("is-dragging");
  for (const one of columns()) one.classList.remove("is-target");
  if (isMeant) moved(card, place);
  else place.list.insertBefore(card, place.next);
}

export function watchPointer() {
  document.addEventListener("pointerdown", (event) => {
    const card = event.target.closest?.(".board-card[data-movable]");
    if (!card || event.button !== 0 || held || card.classList.contains("is-sent")) return;
    if (event.target.closest("[data-move-menu]")) return;
    held = { card, id: event.pointerId, x: event.clientX, y: event.clientY, startX: event.clientX, startY: event.clientY };
    if (event.pointerType === "touch") held.timer = setTimeout(lift, REST);
  });
  document.addEventListener("pointermove", (event) => {
    if (held?.id !== event.pointerId) return;
    [held.x, held.y] = [event.clientX, event.clientY];
    if (held.lifted) {
      fly();
      return;
    }
    const isFar = Math.hypot(held.x - held.startX, held.y - held.startY) > NEAR;
    if (!isFar) return;
    if (event.pointerType === "touch") drop(false); // it scrolls
    else lift();
  });
  document.addEventListener("pointerup", (event) => {
    if (held?.id !== event.pointerId) return;
    // the click that follows a drag opens nothing
    if (held.lifted) addEventListener("click", stop, { capture: true, once: true });
    setTimeout(() => removeEventListener("click", stop, { capture: true }));
    drop(true);
  });
  document.addEventListener("pointercancel", (event) => {
    if (held?.id === event.pointerId) drop(false);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && held?.lifted) drop(false);
  });
  // Once lifted, a finger drags instead of scrolling.
  document.addEventListener("touchmove", (event) => {
    if (held?.lifted) event.preventDefault();
  }, { passive: false });
  document.addEventListener("contextmenu", (event) => {
    if (held?.lifted) event.preventDefault();
  });
  document.addEventListener("dragstart", (event) => {
    if (event.target.closest?.(".board-card")) event.preventDefault();
  });
}

function stop(event) {
  event.preventDefault();
  event.stopPropagation();
}
