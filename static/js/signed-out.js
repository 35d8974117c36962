// A session that ended meanwhile: sign in where you are; what is typed stays, and gets the new token.
import { send } from "./send.js";

const dialog = document.getElementById("signed-out");
const ask = () => { if (dialog && !dialog.open) dialog.showModal(); };

// The password is asked for, then the code where there is one, then perhaps a second factor is to be set up elsewhere.
function show(step) {
  for (const form of dialog.querySelectorAll("[data-sign-in]")) form.hidden = step !== (form.dataset.signIn || "password");
  dialog.querySelector("[data-set-up]").hidden = step !== "set-up";
  dialog.querySelector("form:not([hidden]) .form-control")?.focus();
}

function say(form, words) {
  const wrong = form.querySelector("[data-wrong]");
  wrong.hidden = !words;
  wrong.textContent = words || "";
}

document.addEventListener("desk:signed-out", ask);
document.addEventListener("htmx:responseError", (event) => { if (event.detail.xhr.status === 401 && !event.detail.elt.matches(".shell-rail")) ask(); });
dialog?.addEventListener("close", () => show("password"));
document.addEventListener("submit", async (event) => {
  const form = event.target.closest("[data-sign-in]");
  if (!form) return;
  event.preventDefault();
  const answer = await send(form.action, new URLSearchParams(new FormData(form)));
  if (!answer.ok && answer.status !== 422) return;
  const { token, ticket, words, again, set_up: setUp } = await answer.json();
  if (again) show("password");
  say(dialog.querySelector(".form-control:not([hidden] *)").form, token ? "" : words);
  if (ticket) {
    dialog.querySelector("[name=ticket]").value = ticket;
    show("code");
  }
  if (!token) return;
  for (const field of document.querySelectorAll("input[name=csrfmiddlewaretoken]")) field.value = token;
  document.body.setAttribute("hx-headers", JSON.stringify({ "X-CSRFToken": token }));
  for (const field of dialog.querySelectorAll(".form-control")) field.value = "";
  if (!setUp) return dialog.close();
  const told = dialog.querySelector("[data-set-up]");
  told.querySelector("span").textContent = words;
  told.querySelector("a").href = setUp;
  show("set-up");
});
