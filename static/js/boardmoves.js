// A card of the board is put where it goes at once, and comes back if the server says no.
import { say } from "./messages.js";
import { ask, formFor, isForm, post } from "./movedialog.js";

const ENDS = ["won", "lost"];
let fresh = 0;

export const board = () => document.querySelector("[data-board]");
export const columns = () => [...board().querySelectorAll(".board-column")];
export const columnOf = (card) => card.closest(".board-column");
export const listOf = (column) => column.querySelector("[data-cards]");
export const cardsOf = (column) => [...column.querySelectorAll(".board-card:not(.is-flying)")];

// Where a card lies, to be taken back there.
export function placeOf(card) {
  return { list: card.parentElement, next: card.nextElementSibling };
}

function putBack(card, place) {
  const next = place.next?.parentElement === place.list ? place.next : null;
  place.list.insertBefore(card, next);
  card.classList.remove("is-back");
  void card.offsetWidth; // lets the animation begin anew
  card.classList.add("is-back");
}

function tell(text) {
  document.getElementById("board-told").textContent = text;
}

const moveAddress = (card) => card.querySelector("[data-move-menu]").getAttribute("href").split("?")[0];

function neighbours(card) {
  const above = card.previousElementSibling;
  const below = card.nextElementSibling;
  if (above) return { after: above.dataset.id };
  return below ? { before: below.dataset.id } : {};
}

// Tells the server where a card lies now; `place` is where it came from.
export async function moved(card, place) {
  if (card.parentElement === place.list && card.nextElementSibling === place.next) return;
  const column = columnOf(card);
  const stage = column.dataset.stage;
  const isElsewhere = stage !== card.dataset.stage;
  const said = { stage, from_stage: card.dataset.stage, revision: card.dataset.revision, ...neighbours(card) };
  let isAsked = false;
  card.classList.add("is-sent");
  card.scrollIntoView({ block: "nearest", inline: "nearest" });
  try {
    let response;
    if (isElsewhere && ENDS.includes(column.dataset.kind)) {
      isAsked = true;
      const address = `${moveAddress(card)}?${new URLSearchParams({ stage })}`;
      response = await ask(await formFor(address), said);
    } else {
      response = await post(moveAddress(card), new URLSearchParams(said));
      if (isForm(response)) response = await ask(await response.text(), said);
    }
    await settle(card, place, response);
  } catch (problem) {
    putBack(card, place);
    say(problem instanceof Response ? board().dataset.refused : board().dataset.offline, "error");
  } finally {
    card.classList.remove("is-sent");
    // a dialog gives the focus back to a menu that is closed by then
    if (isAsked && document.activeElement === document.body) {
      document.getElementById(card.id)?.querySelector(".board-title").focus({ preventScroll: true });
    }
  }
}

async function settle(card, place, response) {
  if (response === null) {
    putBack(card, place);
    return;
  }
  if (!response.ok) throw response;
  const { is_moved, told, stage, revision } = await response.json();
  tell(told);
  if (!is_moved) {
    putBack(card, place);
    say(told, "error");
    await refresh([card.dataset.id]);
    return;
  }
  card.dataset.stage = stage;
  card.dataset.revision = revision;
  await refresh([card.dataset.id]);
}

// Takes the figures over the columns, and the cards named, as they are now.
async function refresh(ids) {
  const number = ++fresh;
  const response = await fetch(location.href);
  if (!response.ok || number !== fresh) return;
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  for (const column of columns()) {
    const now = page.getElementById(column.id)?.querySelector(".board-head");
    if (now) column.querySelector(".board-head").replaceWith(now);
  }
  const summary = page.querySelector(".board-summary");
  if (summary) document.querySelector(".board-summary").replaceWith(summary);
  for (const id of ids) takeOver(page, `card-${id}`);
}

function takeOver(page, id) {
  const [old, now] = [document.getElementById(id), page.getElementById(id)];
  if (!old || !now || old.classList.contains("is-lifted")) return;
  const column = columns().find((one) => one.dataset.stage === now.dataset.stage);
  const hadFocus = old.contains(document.activeElement);
  const classes = old.classList.contains("is-back") ? ["is-back"] : [];
  now.classList.add(...classes);
  if (column && column !== columnOf(old)) listOf(column).prepend(old);
  old.replaceWith(now);
  if (hadFocus) now.querySelector(".board-title").focus({ preventScroll: true });
}
