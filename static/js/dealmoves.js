// On a deal's page, winning and losing ask what they need in a dialog.
import { ask, formFor } from "./movedialog.js";
import { say } from "./messages.js";

document.querySelector(".stage-step.is-current")?.scrollIntoView({ block: "nearest", inline: "center" });

document.addEventListener("click", async (event) => {
  const link = event.target.closest('a[href*="/move/?stage="]');
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  try {
    const response = await ask(await formFor(link.href));
    if (!response) return;
    const { is_moved, told } = await response.json();
    if (is_moved) location.reload();
    else say(told, "error");
  } catch {
    location.assign(link.href);
  }
});
