// A lost connection is said, and a server without its database; nothing typed goes.
const banner = document.getElementById("offline");
const set = (offline) => { if (banner) banner.hidden = !offline; };
for (const name of ["desk:offline", "htmx:sendError"]) document.addEventListener(name, () => set(true));
document.addEventListener("desk:online", () => set(false));
document.addEventListener("htmx:afterOnLoad", (event) => set(event.detail.xhr.status === 503));
window.addEventListener("offline", () => set(true));
window.addEventListener("online", () => set(false));
