// A lookup: type a few letters, pick with arrows and Enter or by a click, or create what is missing.
const WAIT = 180;
let timer;

const parts = (input) => {
  const lookup = input.closest("[data-lookup]");
  const name = input.name.replace(/[_:]text$/, "");
  return {
    lookup,
    key: lookup.querySelector(`input[type=hidden][name="${name}"]`),
    was: lookup.querySelector(`input[type=hidden]:is([name="${name}_was"], [name="${name}:was"])`),
    list: lookup.querySelector(".lookup-found"),
  };
};

function close(input) {
  const { list } = parts(input);
  list.replaceChildren();
  input.setAttribute("aria-expanded", "false");
  input.removeAttribute("aria-activedescendant");
}

function choose(input, item) {
  const { lookup, key, was } = parts(input);
  if (item.dataset.create !== undefined) {
    close(input);
    createNew(input, lookup.dataset.lookupNew, item.dataset.create);
    return;
  }
  key.value = item.dataset.key;
  was.value = input.value = item.dataset.label;
  close(input);
  input.dispatchEvent(new Event("change", { bubbles: true }));
  const detail = { label: item.dataset.label, more: item.dataset.more };
  input.dispatchEvent(new CustomEvent("lookup:chosen", { bubbles: true, detail }));
}

function option(input, index, label, more) {
  const item = document.createElement("li");
  item.id = `${input.id}_${index}`;
  item.role = "option";
  item.setAttribute("aria-selected", "false");
  const words = document.createElement("span");
  words.textContent = label;
  item.append(words);
  if (more) {
    const small = document.createElement("small");
    small.textContent = more;
    item.append(small);
  }
  return item;
}

async function find(input) {
  const { lookup, list } = parts(input);
  const url = new URL(lookup.dataset.lookup, location.href);
  url.searchParams.set("q", input.value);
  const response = await fetch(url, { headers: { "X-Requested-With": "fetch", "HX-Request": "true" } });
  if (response.status === 401) document.getElementById("session-over")?.showModal();
  if (!response.ok || document.activeElement !== input) return;
  const { found } = await response.json();
  const items = found.map((row, index) => {
    const item = option(input, index, row.label, row.more);
    item.dataset.key = row.key;
    item.dataset.label = row.label;
    item.dataset.more = row.more;
    return item;
  });
  const typed = input.value.trim();
  if (lookup.dataset.lookupNew && typed) {
    const item = option(input, items.length, `${lookup.dataset.newWords} “${typed}”`);
    item.className = "lookup-new";
    item.dataset.create = typed;
    items.push(item);
  }
  if (!items.length) {
    const item = option(input, 0, lookup.dataset.noneWords);
    item.setAttribute("aria-disabled", "true");
    items.push(item);
  }
  list.replaceChildren(...items);
  input.setAttribute("aria-expanded", "true");
}

function move(input, step) {
  const items = [...parts(input).list.children].filter((item) => !item.hasAttribute("aria-disabled"));
  if (!items.length) return;
  const at = items.findIndex((item) => item.getAttribute("aria-selected") === "true");
  const next = items[(at + step + items.length) % items.length];
  for (const item of items) item.setAttribute("aria-selected", String(item === next));
  input.setAttribute("aria-activedescendant", next.id);
  next.scrollIntoView({ block: "nearest" });
}

const isLookup = (target) => target.matches?.("[data-lookup] input[role=combobox]");

document.addEventListener("input", (event) => {
  if (!isLookup(event.target)) return;
  clearTimeout(timer);
  timer = setTimeout(() => find(event.target), WAIT);
});

document.addEventListener("keydown", (event) => {
  const input = event.target;
  if (!isLookup(input)) return;
  const isOpen = input.getAttribute("aria-expanded") === "true";
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    if (isOpen) move(input, event.key === "ArrowDown" ? 1 : -1);
    else find(input);
  } else if (event.key === "Enter" && isOpen) {
    const item = parts(input).list.querySelector("[aria-selected=true]") ?? parts(input).list.querySelector("li:not([aria-disabled])");
    event.preventDefault();
    if (item) choose(input, item);
  } else if (event.key === "Escape" && isOpen) {
    event.stopPropagation();
    close(input);
  }
});

document.addEventListener("mousedown", (event) => {
  const item = event.target.closest(".lookup-found li");
  if (!item || item.hasAttribute("aria-disabled")) return;
  event.preventDefault();
  choose(item.closest("[data-lookup]").querySelector("input[role=combobox]"), item);
});

document.addEventListener("focusout", (event) => {
  if (isLookup(event.target)) close(event.target);
});

// A new record without leaving the form: its own form in a dialog, its name back in the field.
async function createNew(input, address, name) {
  const dialog = document.createElement("dialog");
  dialog.className = "dialog dialog-wide";
  document.body.append(dialog);
  dialog.addEventListener("close", () => {
    dialog.remove();
    input.focus();
  });
  const url = new URL(address, location.href);
  url.searchParams.set("name", name);
  await load(dialog, url);
  dialog.showModal();
  dialog.addEventListener("click", (event) => {
    if (event.target.closest("[data-close]")) {
      event.preventDefault();
      dialog.close();
    }
  });
  dialog.addEventListener("submit", async (event) => {
    event.preventDefault();
    event.stopPropagation();
    const body = new FormData(event.target, event.submitter);
    const response = await fetch(event.target.action, { method: "POST", body, headers: { "X-Lookup": "yes", "HX-Request": "true" } });
    if (response.status === 204) {
      const { key, was } = parts(input);
      key.value = response.headers.get("X-Created-Id");
      was.value = input.value = decodeURIComponent(response.headers.get("X-Created-Label"));
      dialog.close();
    } else if (response.status === 401) {
      document.getElementById("session-over")?.showModal();
    } else {
      show(dialog, await response.text());
    }
  });
}

async function load(dialog, url) {
  const response = await fetch(url, { headers: { "HX-Request": "true" } });
  show(dialog, await response.text());
}

function show(dialog, html) {
  const page = new DOMParser().parseFromString(html, "text/html");
  dialog.replaceChildren(...page.body.children);
  (dialog.querySelector("[autofocus]") ?? dialog.querySelector("input:not([type=hidden])"))?.focus();
}
