// Server drafts: what is typed is kept while typing; the form says when.
const timers = new WeakMap();

async function save(form) {
  const body = new URLSearchParams(new FormData(form));
  const shown = form.querySelector("[data-saved]");
  try {
    const answer = await fetch(form.dataset.autosave, { method: "POST", body, headers: { "X-CSRFToken": body.get("csrfmiddlewaretoken") } });
    if (!answer.ok) throw new Error(String(answer.status));
    const { saved_at: at } = await answer.json();
    if (shown) shown.textContent = document.documentElement.lang.startsWith("zh") ? `已保存 ${at}` : `saved ${at}`;
    document.dispatchEvent(new CustomEvent("online-again"));
  } catch {
    document.dispatchEvent(new CustomEvent("offline-now"));
  }
}
document.addEventListener("input", (event) => {
  const form = event.target.closest("form[data-autosave]");
  if (!form) return;
  clearTimeout(timers.get(form));
  timers.set(form, setTimeout(() => form.isConnected && save(form), 800));
});
document.addEventListener("submit", (event) => clearTimeout(timers.get(event.target)), true);
