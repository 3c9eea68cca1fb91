// Rows of a form that make a list: another one appears when the last is filled in, and rows with
// an order are moved up and down by buttons instead of by numbers.
const words = document.documentElement.lang === "de"
  ? { up: "Nach oben", down: "Nach unten" }
  : { up: "Move up", down: "Move down" };

function number(body) {
  [...body.rows].forEach((row, at) => {
    row.querySelector("[data-order]").value = at + 1;
  });
}

function button(text, label, act) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "btn btn-icon btn-sm";
  made.textContent = text;
  made.setAttribute("aria-label", label);
  made.title = label;
  made.addEventListener("click", act);
  return made;
}

function arm(row, body) {
  const order = row.querySelector("[data-order]");
  if (!order) return;
  order.type = "hidden";
  const shift = (act) => (event) => {
    act();
    number(body);
    event.currentTarget.focus();
  };
  const buttons = document.createElement("span");
  buttons.className = "row-line flex-nowrap gap-0";
  buttons.append(
    button("↑", words.up, shift(() => row.previousElementSibling?.before(row))),
    button("↓", words.down, shift(() => row.nextElementSibling?.after(row))),
  );
  for (const old of order.parentElement.querySelectorAll("span")) old.remove();
  order.after(buttons);
}

function empty(row) {
  const copy = row.cloneNode(true);
  for (const field of copy.querySelectorAll("input, select")) {
    field.removeAttribute("id");
    if (field.matches("input")) field.value = "";
    else field.selectedIndex = 0;
  }
  return copy;
}

for (const editor of document.querySelectorAll("[data-row-editor]")) {
  const body = editor.querySelector("tbody");
  for (const row of body.rows) arm(row, body);
  editor.addEventListener("input", (event) => {
    const last = body.rows[body.rows.length - 1];
    if (event.target.closest("tr") !== last) return;
    const another = empty(last);
    body.append(another);
    arm(another, body);
    if (body.querySelector("[data-order]")) number(body);
  });
}
