// A move's form in place: focus in the first field, Ctrl/⌘ Enter sends, Esc closes and gives the focus back.
let opener = null;

const firstField = (form) => form.querySelector("[aria-invalid], .field-wrong input") || form.querySelector("input:not([type=hidden], [hidden]), textarea, select:not([hidden]), button[type=submit]");

document.addEventListener("htmx:beforeRequest", (event) => {
  if (event.detail.target && event.detail.target.id === "move" && !event.detail.elt.matches("form")) opener = event.detail.elt;
});
document.addEventListener("htmx:afterSettle", (event) => {
  const place = event.detail.target;
  if (place.id === "move") {
    document.querySelectorAll(".moves.is-open").forEach((moves) => moves.classList.remove("is-open"));
    const form = place.querySelector("form");
    place.scrollIntoView({ block: "nearest" });
    if (form) firstField(form).focus();
  }
});
document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target.id !== "dossier") return;
  window.scrollTo(0, 0);
  document.getElementById("main").focus({ preventScroll: true });
  document.body.dispatchEvent(new CustomEvent("moved"));
});
document.addEventListener("keydown", (event) => {
  if (event.isComposing) return;
  const form = event.target.closest && event.target.closest("form[data-move-form]");
  if (form && event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    form.requestSubmit(form.querySelector(".btn-primary"));
  } else if (event.key === "Escape" && !event.defaultPrevented && !document.querySelector("dialog[open]")) {
    close(event);
  }
});
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-close]")) close(event);
});
function close(event) {
  const place = document.querySelector(".dossier #move");
  if (!place || !place.children.length) return;
  event.preventDefault();
  place.replaceChildren();
  if (opener && opener.isConnected) opener.focus();
}
const wrong = document.querySelector("form[data-move-form] [aria-invalid], [data-focus]");
if (wrong) wrong.focus();
