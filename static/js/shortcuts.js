// Single letters outside inputs, from data-shortcut on the page; ? shows the sheet.
import { isTyping } from "./typing.js";

const sheet = document.getElementById("sheet");

function openSheet() {
  const list = sheet.querySelector("dl");
  list.replaceChildren();
  const shown = new Set();
  const add = (key, label) => {
    if (shown.has(key)) return;
    shown.add(key);
    const term = document.createElement("dt");
    const mark = document.createElement("kbd");
    mark.textContent = key;
    term.append(mark);
    const words = document.createElement("dd");
    words.textContent = label;
    list.append(term, words);
  };
  for (const item of document.querySelectorAll("[data-shortcut]")) add(item.dataset.shortcut, item.dataset.shortcutLabel);
  add("j / k", "↓ ↑");
  add("Space", document.querySelector("[data-peek]") ? "👁" : "…");
  add("Ctrl K", "…");
  add("Ctrl ↵", "✓");
  add("Esc", "×");
  sheet.showModal();
}

document.addEventListener("keydown", (event) => {
  if (isTyping(event) || event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
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
  for (const menu of document.querySelectorAll("details[data-menu][open]")) if (!menu.contains(event.target)) menu.open = false;
});
