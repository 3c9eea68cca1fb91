// Rows of lines: add, remove, move. What they come to is asked of the server (htmx, "lines").
const WAIT = 350;
let timer;
let added = 0;
const filledFor = new WeakMap();

const editorOf = (element) => element.closest?.("[data-lines]");
const rowsOf = (editor) => [...editor.querySelectorAll("[data-line]")];

function ask(editor, wait = WAIT) {
  clearTimeout(timer);
  timer = setTimeout(() => editor.dispatchEvent(new Event("lines")), wait);
}

function number(editor) {
  for (const [index, row] of rowsOf(editor).entries()) {
    row.setAttribute("aria-label", `${editor.dataset.rowWords} ${index + 1}`);
  }
}

const cell = (editor, row, part) => row.querySelector(`[name="${editor.dataset.lines}-${part}"]`);

function isEmpty(editor, row) {
  return ["product", "product_text", "name", "unit_price", "discount"].every((part) => !cell(editor, row, part)?.value.trim());
}

function add(editor) {
  const key = `new${++added}`;
  const copy = editor.querySelector("template").content.firstElementChild.cloneNode(true);
  for (const element of [copy, ...copy.querySelectorAll("*")]) {
    for (const name of ["id", "for", "aria-controls", "value"]) {
      const text = element.getAttribute(name);
      if (text?.includes("new")) element.setAttribute(name, text.replace(/\bnew\b/, key));
    }
  }
  const last = rowsOf(editor).at(-1);
  editor.querySelector("[data-rows-of-lines]").append(copy);
  if (last) cell(editor, copy, "tax_rate").value = cell(editor, last, "tax_rate").value;
  number(editor);
  return copy;
}

function change(editor, row, what) {
  const rows = rowsOf(editor);
  const at = rows.indexOf(row);
  if (what === "remove") {
    row.remove();
    const next = rows[at + 1] ?? rows[at - 1] ?? add(editor);
    next.querySelector("input[type=text]").focus();
  } else {
    const other = rows[at + (what === "up" ? -1 : 1)];
    if (!other) return;
    other[what === "up" ? "before" : "after"](row);
    row.querySelector(`[data-line-do=${what}]`).focus();
  }
  number(editor);
  row.closest("form")?.dispatchEvent(new Event("input", { bubbles: true }));
  ask(editor, 0);
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-line-do], [data-line-add]");
  const editor = button && editorOf(button);
  if (!editor) return;
  event.preventDefault();
  if (button.dataset.lineDo) change(editor, button.closest("[data-line]"), button.dataset.lineDo);
  else add(editor).querySelector("input[type=text]").focus();
});

document.addEventListener("input", (event) => {
  const form = event.target.form;
  const editor = editorOf(event.target) ?? (event.target.dataset?.priced && form?.querySelector("[data-lines]"));
  if (editor && event.target.getAttribute("role") !== "combobox") ask(editor);
});

// Another product: its name and price come from the server, in place of the former one's.
document.addEventListener("change", (event) => {
  const editor = editorOf(event.target);
  if (!editor || event.target.getAttribute("role") !== "combobox") return;
  const row = event.target.closest("[data-line]");
  const key = cell(editor, row, "product").value;
  if (!key || key === filledFor.get(row)) return; // leaving the field tells of a change once more
  filledFor.set(row, key);
  cell(editor, row, "name").value = "";
  cell(editor, row, "unit_price").value = "";
  ask(editor, 0);
});

// With scripts one empty row is enough, and sums come by themselves.
for (const editor of document.querySelectorAll("[data-lines]")) {
  editor.querySelector("[data-line-sum]")?.setAttribute("hidden", "");
  const empty = rowsOf(editor).filter((row) => isEmpty(editor, row));
  const kept = empty.length === rowsOf(editor).length ? 1 : 0;
  for (const row of empty.slice(kept)) row.remove();
  for (const row of rowsOf(editor)) filledFor.set(row, cell(editor, row, "product").value);
  if (editor.hasAttribute("data-unsummed") && !kept) addEventListener("load", () => ask(editor, 0));
}
