// On a deal's page, winning and losing ask what they need in a dialog.
import { ask, formFor } from "./movedialog.js";
import { say } from "./messages.js";

document.addEventListener("click", async (event) => {
  const link = event.target.closest('a[href*="/move/?stage="]');
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  try {
    const response = await ask(await formFor(link.href));
    if (!response) return;
    if (response.ok) location.reload();
    else say((await response.json()).told, "error");
  } catch {
    location.assign(link.href);
  }
});
