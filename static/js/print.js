// The browser's own printing, from a button where there is a browser that can; what is printed is on record.
const show = () => { for (const button of document.querySelectorAll("[data-print]")) button.hidden = false; };
show();
document.addEventListener("htmx:load", show);
document.addEventListener("click", (event) => { if (event.target.closest("[data-print]")) window.print(); });
window.addEventListener("beforeprint", () => {
  const token = document.querySelector("[name=csrfmiddlewaretoken]")?.value;
  for (const order of document.querySelectorAll("[data-printed]")) {
    navigator.sendBeacon(order.dataset.printed, new URLSearchParams({ csrfmiddlewaretoken: token }));
  }
});
