// A list under the fingers: j and k move, Enter opens, Space peeks, Esc returns to the row.
import { isTyping } from "./typing.js";

const peek = document.getElementById("peek");
let current = -1;

document.addEventListener("keydown", (event) => {
  const rows = [...document.querySelectorAll("[data-row]")];
  if (!rows.length || isTyping(event) || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("a, button, summary") && (event.key === "Enter" || event.key === " ")) return;
  if (event.key === "j" || event.key === "k") {
    current = Math.min(rows.length - 1, Math.max(0, current + (event.key === "j" ? 1 : -1)));
    rows.forEach((row, index) => row.classList.toggle("is-current", index === current));
    rows[current].scrollIntoView({ block: "nearest" });
    rows[current].querySelector("a").focus({ preventScroll: true });
    document.activeElement.blur();
  } else if (event.key === "Enter" && rows[current]) {
    rows[current].querySelector("a").click();
  } else if (event.key === " " && rows[current] && peek) {
    event.preventDefault();
    peek.hidden = false;
    window.htmx.ajax("GET", rows[current].dataset.peek, { target: peek, swap: "innerHTML" });
  }
});
