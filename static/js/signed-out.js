// A session that ended meanwhile: sign in where you are; what is typed stays, and gets the new token.
import { send } from "./send.js";

const dialog = document.getElementById("signed-out");
const ask = () => { if (dialog && !dialog.open) dialog.showModal(); };

document.addEventListener("desk:signed-out", ask);
document.addEventListener("htmx:responseError", (event) => { if (event.detail.xhr.status === 401 && !event.detail.elt.matches(".shell-rail")) ask(); });
document.addEventListener("submit", async (event) => {
  const form = event.target.closest("[data-sign-in]");
  if (!form) return;
  event.preventDefault();
  const wrong = form.querySelector("[data-wrong]");
  const answer = await send(form.action, new URLSearchParams(new FormData(form)));
  if (!answer.ok && answer.status !== 422) return;
  const { token, words } = await answer.json();
  wrong.hidden = !words;
  wrong.textContent = words || "";
  if (!token) return;
  for (const field of document.querySelectorAll("input[name=csrfmiddlewaretoken]")) field.value = token;
  document.body.setAttribute("hx-headers", JSON.stringify({ "X-CSRFToken": token }));
  form.password.value = "";
  dialog.close();
});
