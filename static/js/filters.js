// A filter takes effect when it is chosen; empty ones stay out of the address.
const form = document.querySelector("form[data-filters]");
if (form) {
  form.addEventListener("change", (event) => { if (event.target.matches("select")) form.requestSubmit(); });
  form.addEventListener("formdata", (event) => {
    for (const [name, value] of [...event.formData]) if (!value) event.formData.delete(name);
  });
}
