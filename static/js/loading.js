// A line on top while something is on its way; it never blocks typing.
let running = 0;
const show = (by) => {
  running = Math.max(0, running + by);
  document.body.classList.toggle("is-loading", running > 0);
};
document.addEventListener("htmx:beforeRequest", () => show(1));
document.addEventListener("htmx:afterRequest", () => show(-1));
