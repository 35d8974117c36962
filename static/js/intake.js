// The category pre-fills kind and urgency, unless the agent has chosen them already.
const form = document.querySelector("form[data-intake]");
if (form) {
  const touched = new Set();
  for (const name of ["kind", "urgency"]) {
    form.elements[name].addEventListener("change", (event) => { if (event.isTrusted) touched.add(name); });
  }
  // Answered or declined on the telephone: first the words that were said, then the end.
  form.addEventListener("submit", (event) => {
    const told = form.querySelector(".intake-told");
    if (!["answer", "decline"].includes(event.submitter?.value) || told.open) return;
    event.preventDefault();
    told.open = true;
    form.elements.reply.focus();
  });
  form.elements.category.addEventListener("change", () => {
    const chosen = form.elements.category.selectedOptions[0];
    for (const name of ["kind", "urgency"]) {
      const usual = chosen && chosen.dataset[name];
      if (usual && !touched.has(name)) form.elements[name].value = usual;
    }
  });
}
