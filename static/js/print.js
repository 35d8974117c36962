// The browser's own printing, from a button where there is a browser that can.
const show = () => { for (const button of document.querySelectorAll("[data-print]")) button.hidden = false; };
show();
document.addEventListener("htmx:load", show);
document.addEventListener("click", (event) => { if (event.target.closest("[data-print]")) window.print(); });
