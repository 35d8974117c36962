// A list under the fingers: j and k move, Enter opens, Space peeks, Esc closes the peek; coming back finds the row again.
import { isTyping } from "./typing.js";

const peek = document.getElementById("peek");
const rows = () => [...document.querySelectorAll("[data-row]")];
const link = (row) => row.querySelector("[data-open]");
const rowOf = (target) => target.closest && target.closest("[data-row]");
let current = null;

function go(row) {
  if (!row) return;
  if (current) current.classList.remove("is-current");
  current = row;
  row.classList.add("is-current");
  row.scrollIntoView({ block: "nearest" });
  link(row).focus({ preventScroll: true });
}
function look(row) {
  peek.hidden = false;
  window.htmx.ajax("GET", row.dataset.peek, { target: peek, swap: "innerHTML" });
}
function shut() {
  peek.hidden = true;
  peek.replaceChildren();
  if (current) link(current).focus();
}
document.addEventListener("keydown", (event) => {
  if (!rows().length || isTyping(event) || event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
  const all = rows();
  const at = all.indexOf(current || rowOf(event.target));
  if (event.key === "j" || event.key === "k") {
    go(all[Math.min(all.length - 1, Math.max(0, at + (event.key === "j" ? 1 : -1)))]);
    if (peek && !peek.hidden) look(current);
  } else if (event.key === " " && peek && current && !event.target.closest("button, summary")) {
    event.preventDefault();
    if (peek.hidden) look(current);
    else shut();
  } else if (event.key === "Escape" && peek && !peek.hidden) {
    event.preventDefault();
    shut();
  }
});
document.addEventListener("focusin", (event) => {
  const row = rowOf(event.target);
  if (row && row !== current) {
    if (current) current.classList.remove("is-current");
    current = row;
    row.classList.add("is-current");
  }
});
document.addEventListener("click", (event) => {
  const row = rowOf(event.target);
  if (row && event.target.closest("a")) sessionStorage.setItem("row", row.dataset.row);
  if (peek && !peek.hidden && event.target.closest("#peek [data-close]")) shut();
});
const left = sessionStorage.getItem("row");
const back = left && performance.getEntriesByType("navigation")[0]?.type === "back_forward" && document.querySelector(`[data-row="${CSS.escape(left)}"]`);
if (back) go(back);
