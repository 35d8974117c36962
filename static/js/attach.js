// Files on their way: what was chosen and how large it is, how far the sending is, and the focus where the answer is.
const inKind = (event) => event.target.closest && event.target.closest("form[data-attach]");
const told = (size) => (size < 1048576 ? `${Math.ceil(size / 1024)} KB` : `${(size / 1048576).toFixed(1)} MB`);

document.addEventListener("change", (event) => {
  const form = inKind(event);
  if (!form || event.target.type !== "file") return;
  const { most, tooLarge } = event.target.dataset;
  form.querySelector("[data-chosen]").replaceChildren(...[...event.target.files].map((file) => {
    const line = document.createElement("li");
    line.textContent = `${file.name} · ${told(file.size)}${file.size > most ? ` · ${tooLarge}` : ""}`;
    line.classList.toggle("text-danger", file.size > most);
    return line;
  }));
});
document.addEventListener("htmx:xhr:progress", (event) => {
  const bar = inKind(event) && event.target.querySelector("progress");
  if (!bar || !event.detail.lengthComputable) return;
  bar.hidden = false;
  bar.value = event.detail.loaded / event.detail.total;
});
document.addEventListener("htmx:afterRequest", (event) => {
  const bar = inKind(event) && event.target.querySelector("progress");
  if (bar) bar.hidden = true;
});
document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target.id !== "attachments") return;
  const place = document.getElementById("attachments");
  (place.querySelector("[aria-invalid]") || place).focus();
});
