// Single letters outside inputs, from data-shortcut on the page; ? shows the sheet.
import { isTyping } from "./typing.js";

const sheet = document.getElementById("sheet");

function openSheet() {
  const list = sheet.querySelector("dl");
  for (const old of list.querySelectorAll("[data-own]")) old.remove();
  const shown = new Set();
  for (const item of document.querySelectorAll("[data-shortcut]")) {
    if (shown.has(item.dataset.shortcut)) continue;
    shown.add(item.dataset.shortcut);
    const key = document.createElement("dt");
    const mark = document.createElement("kbd");
    mark.textContent = item.dataset.shortcut;
    key.append(mark);
    const words = document.createElement("dd");
    words.textContent = item.dataset.shortcutLabel;
    key.dataset.own = words.dataset.own = "";
    list.append(key, words);
  }
  sheet.showModal();
}
document.addEventListener("keydown", (event) => {
  if (!sheet || isTyping(event) || event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
  if (event.key === "?") {
    event.preventDefault();
    openSheet();
    return;
  }
  const target = document.querySelector(`[data-shortcut="${CSS.escape(event.key)}"]`);
  if (!target) return;
  event.preventDefault();
  if (target.matches("input, textarea, select")) target.focus();
  else target.click();
});
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-sheet]")) openSheet();
});
