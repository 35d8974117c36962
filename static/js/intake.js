// The category pre-fills kind and urgency, unless the agent has chosen them already.
const form = document.querySelector("form[data-intake]");
if (form) {
  const touched = new Set();
  for (const name of ["kind", "urgency"]) {
    form.elements[name].addEventListener("change", (event) => { if (event.isTrusted) touched.add(name); });
  }
  form.elements.category.addEventListener("change", () => {
    const chosen = form.elements.category.selectedOptions[0];
    for (const name of ["kind", "urgency"]) {
      const usual = chosen && chosen.dataset[name];
      if (usual && !touched.has(name)) form.elements[name].value = usual;
    }
  });
}
