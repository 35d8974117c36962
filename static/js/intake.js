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
  // The telephone system names the number behind the address, which no server and no log gets to see.
  const called = new URLSearchParams(location.hash.slice(1)).get("caller_phone");
  if (called && !form.elements.caller_phone.value) {
    history.replaceState(history.state, "", location.pathname + location.search);
    form.elements.caller_phone.value = called;
    addEventListener("load", () => form.elements.caller_phone.dispatchEvent(new Event("input", { bubbles: true })));
  }
  form.elements.category.addEventListener("change", () => {
    const chosen = form.elements.category.selectedOptions[0];
    for (const name of ["kind", "urgency"]) {
      const usual = chosen && chosen.dataset[name];
      if (usual && !touched.has(name)) form.elements[name].value = usual;
    }
  });
}
