// A lost connection is said, and nothing typed goes.
const banner = document.getElementById("offline");
const set = (offline) => { if (banner) banner.hidden = !offline; };
for (const name of ["desk:offline", "htmx:sendError"]) document.addEventListener(name, () => set(true));
for (const name of ["desk:online", "htmx:afterOnLoad"]) document.addEventListener(name, () => set(false));
window.addEventListener("offline", () => set(true));
window.addEventListener("online", () => set(false));
