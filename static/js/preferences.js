// What a person stores as their appearance holds on this device too, whatever it was set to before.
document.addEventListener("submit", (event) => {
  if (!event.target.elements.theme) return;
  try {
    localStorage.removeItem("theme");
  } catch {
    // a browser that keeps nothing has nothing to forget
  }
});
