// A move's form in place: focus in the first field, Ctrl/⌘ Enter sends, Esc closes and gives the focus back.
let opener = null;

const firstField = (form) => form.querySelector(".is-invalid, [aria-invalid]") || form.querySelector("input:not([type=hidden]), textarea, select, button[type=submit]");

document.addEventListener("htmx:beforeRequest", (event) => {
  if (event.detail.target && event.detail.target.id === "move") opener = event.detail.elt;
});
document.addEventListener("htmx:afterSwap", (event) => {
  const form = event.target.id === "move" && event.target.querySelector("form");
  if (form) {
    form.scrollIntoView({ block: "nearest" });
    firstField(form).focus();
  }
  if (event.target.id === "dossier" || event.detail.target.id === "dossier") {
    document.getElementById("main").focus();
    document.body.dispatchEvent(new CustomEvent("moved"));
  }
});
document.addEventListener("keydown", (event) => {
  if (event.isComposing) return;
  const form = event.target.closest && event.target.closest("form[data-move-form]");
  if (form && event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    form.requestSubmit(form.querySelector("button[type=submit], .intake-ends .btn-primary"));
  } else if (event.key === "Escape") {
    close(event);
  }
});
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-close]")) close(event);
});
function close(event) {
  const holder = document.querySelector("#peek:not([hidden])") || document.querySelector("#move form") && document.getElementById("move");
  if (!holder || holder.closest("[data-page]")) return;
  if (!document.querySelector(".dossier") && holder.id === "move") return;
  event.preventDefault();
  holder.replaceChildren();
  if (holder.id === "peek") holder.hidden = true;
  if (opener && opener.isConnected) opener.focus();
}
const wrong = document.querySelector("[data-focus]");
if (wrong) wrong.focus();
