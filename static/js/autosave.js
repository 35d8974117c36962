// Server drafts: what is typed is kept while typing, and when the page is left; the form says when.
import { send } from "./send.js";

const PAUSE = 800; // milliseconds without a key
const timers = new WeakMap();
const body = (form) => new URLSearchParams(new FormData(form));

async function save(form) {
  const answer = await send(form.dataset.autosave, body(form));
  const shown = form.querySelector("[data-saved]");
  if (answer.ok && shown) shown.textContent = (await answer.json()).words;
}
document.addEventListener("input", (event) => {
  const form = event.target.closest("form[data-autosave]");
  if (!form) return;
  clearTimeout(timers.get(form));
  timers.set(form, setTimeout(() => {
    timers.delete(form);
    if (form.isConnected) save(form);
  }, PAUSE));
});
document.addEventListener("submit", (event) => { clearTimeout(timers.get(event.target)); timers.delete(event.target); }, true);
window.addEventListener("pagehide", () => {
  for (const form of document.querySelectorAll("form[data-autosave]")) {
    if (timers.has(form)) navigator.sendBeacon(form.dataset.autosave, body(form));
  }
});
