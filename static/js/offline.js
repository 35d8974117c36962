// A lost connection is said, and nothing typed goes.
const banner = document.getElementById("offline");
const set = (offline) => { if (banner) banner.hidden = !offline; };
window.addEventListener("offline", () => set(true));
window.addEventListener("online", () => set(false));
document.addEventListener("offline-now", () => set(true));
document.addEventListener("online-again", () => set(false));
document.addEventListener("htmx:sendError", () => set(true));
document.addEventListener("htmx:afterOnLoad", () => set(false));
