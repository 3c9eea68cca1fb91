// "r" brings whoever reads a conversation to its reply.
document.addEventListener("keydown", (event) => {
  if (event.key !== "r" || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest?.("input, textarea, select, dialog, [contenteditable]")) return;
  const reply = document.querySelector("[data-reply]");
  if (!reply) return;
  event.preventDefault();
  reply.focus();
  reply.scrollIntoView({ block: "center" });
});
