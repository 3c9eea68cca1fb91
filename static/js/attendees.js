// Whoever is picked from a lookup joins the lines of those who are to attend.
document.addEventListener("lookup:chosen", (event) => {
  const input = event.target;
  const lines = document.querySelector("textarea[name=attendees]");
  if (!lines || !["add_colleague_text", "add_contact_text"].includes(input.name)) return;
  const { label, more } = event.detail;
  const address = more || label;
  if (!address.includes("@")) return;
  const line = more ? `${label} <${more}>` : label;
  const present = lines.value.split("\n").map((text) => text.trim()).filter(Boolean);
  if (!present.some((text) => text.toLowerCase().includes(address.toLowerCase()))) present.push(line);
  lines.value = `${present.join("\n")}\n`;
  lines.dispatchEvent(new Event("input", { bubbles: true }));
  for (const field of input.closest("[data-lookup]").querySelectorAll("input")) field.value = "";
});
