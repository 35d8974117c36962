// Type to find in a list: by words of the path, pinyin initials or code. The select stays what is sent, and is what
// remains without this script; one that takes several shows them as chips.
const SHOWN = 50;

function build(select) {
  if (select.dataset.picked) return;
  select.dataset.picked = "yes";
  const box = document.createElement("div");
  box.className = "picker";
  const input = document.createElement("input");
  input.className = select.classList.contains("is-invalid") ? "form-control is-invalid" : "form-control";
  input.type = "text";
  input.autocomplete = "off";
  input.id = `${select.id}-input`;
  const list = document.createElement("ul");
  list.className = "picker-list";
  list.id = `${select.id}-list`;
  list.setAttribute("role", "listbox");
  list.hidden = true;
  const chips = document.createElement("div");
  chips.className = "picker-chosen";
  const label = document.querySelector(`label[for="${select.id}"]`);
  if (label) label.htmlFor = input.id;
  list.setAttribute("aria-label", label ? label.textContent.trim() : select.name);
  const attributes = { role: "combobox", "aria-expanded": "false", "aria-autocomplete": "list", "aria-controls": list.id };
  for (const [name, value] of Object.entries(attributes)) input.setAttribute(name, value);
  for (const name of ["aria-describedby", "aria-invalid"]) if (select.hasAttribute(name)) input.setAttribute(name, select.getAttribute(name));
  select.removeAttribute("aria-invalid");
  select.hidden = true;
  select.before(box);
  box.append(chips, input, list, select);

  const options = [...select.options].filter((option) => option.value);
  let fitting = [];
  let current = 0;
  const shown = () => (!select.multiple && select.value ? select.selectedOptions[0].textContent.trim() : "");
  const tell = () => {
    for (const name of ["change", "input"]) select.dispatchEvent(new Event(name, { bubbles: true }));
  };

  function draw(all) {
    const words = all ? [] : input.value.toLowerCase().split(/\s+/).filter(Boolean);
    fitting = options.filter((option) => {
      if (select.multiple && option.selected) return false;
      const text = `${option.textContent} ${option.dataset.search || ""}`.toLowerCase();
      return words.every((word) => text.includes(word));
    }).slice(0, SHOWN);
    current = 0;
    list.replaceChildren(...fitting.map((option, index) => {
      const item = document.createElement("li");
      item.id = `${list.id}-${index}`;
      item.setAttribute("role", "option");
      item.textContent = option.textContent;
      item.addEventListener("mousedown", (event) => { event.preventDefault(); choose(option); });
      return item;
    }));
    list.hidden = !fitting.length;
    input.setAttribute("aria-expanded", String(!list.hidden));
    mark();
  }
  function mark() {
    [...list.children].forEach((item, index) => item.setAttribute("aria-selected", String(index === current)));
    const item = list.children[current];
    if (item) { input.setAttribute("aria-activedescendant", item.id); item.scrollIntoView({ block: "nearest" }); }
  }
  function shut() {
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }
  function choose(option) {
    if (!select.multiple) select.value = option ? option.value : "";
    else if (option) option.selected = true;
    input.value = shown();
    drawChips();
    shut();
    tell();
  }
  function drawChips() {
    if (!select.multiple) return;
    chips.replaceChildren(...[...select.selectedOptions].map((option) => {
      const chip = document.createElement("button");
      chip.type = "button";
      chip.className = "chip";
      chip.textContent = `${option.textContent} ×`;
      chip.addEventListener("click", () => { option.selected = false; drawChips(); input.focus(); tell(); });
      return chip;
    }));
  }
  input.value = shown();
  drawChips();
  input.addEventListener("focus", () => input.select());
  input.addEventListener("click", () => draw(true));
  input.addEventListener("input", (event) => { event.stopPropagation(); draw(false); });
  input.addEventListener("blur", () => {
    if (!select.multiple && !input.value.trim() && select.value) choose(null);
    input.value = shown();
    shut();
  });
  input.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (list.hidden) draw(true);
      else { current = Math.min(fitting.length - 1, Math.max(0, current + (event.key === "ArrowDown" ? 1 : -1))); mark(); }
    } else if (event.key === "Enter" && !event.ctrlKey && !event.metaKey) {
      event.preventDefault(); // never sends the form by accident
      if (!list.hidden && fitting[current]) choose(fitting[current]);
    } else if (event.key === "Escape" && !list.hidden) {
      event.stopPropagation();
      input.value = shown();
      shut();
    } else if (event.key === "Backspace" && select.multiple && !input.value && select.selectedOptions.length) {
      [...select.selectedOptions].at(-1).selected = false;
      drawChips();
      tell();
    }
  });
}
const all = (root) => root.querySelectorAll("select[data-picker]").forEach(build);
all(document);
document.addEventListener("htmx:load", (event) => all(event.detail.elt));
