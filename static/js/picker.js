// Type to find in a long list; the select stays what is sent, and is what remains without this script.
function build(select) {
  if (select.multiple || select.dataset.picked) return;
  select.dataset.picked = "yes";
  const box = document.createElement("div");
  box.className = "picker";
  const input = document.createElement("input");
  input.className = select.classList.contains("is-invalid") ? "form-control is-invalid" : "form-control";
  input.type = "text";
  input.autocomplete = "off";
  input.setAttribute("role", "combobox");
  input.setAttribute("aria-expanded", "false");
  input.setAttribute("aria-autocomplete", "list");
  const list = document.createElement("ul");
  list.id = `${select.id}-list`;
  list.setAttribute("role", "listbox");
  list.hidden = true;
  input.setAttribute("aria-controls", list.id);
  const label = document.querySelector(`label[for="${select.id}"]`);
  input.id = `${select.id}-input`;
  if (label) label.htmlFor = input.id;
  list.setAttribute("aria-label", label ? label.textContent.trim() : select.name);
  if (select.getAttribute("aria-describedby")) input.setAttribute("aria-describedby", select.getAttribute("aria-describedby"));
  select.hidden = true;
  select.before(box);
  box.append(input, list, select);
  const options = [...select.options].filter((option) => option.value);
  let fitting = [];
  let current = 0;
  const shown = () => (select.value ? select.selectedOptions[0].textContent.trim() : "");
  input.value = shown();

  function draw(all) {
    const words = all ? [] : input.value.toLowerCase().split(/\s+/).filter(Boolean);
    fitting = options.filter((option) => {
      const text = `${option.textContent} ${option.dataset.search || ""}`.toLowerCase();
      return words.every((word) => text.includes(word));
    }).slice(0, 50);
    current = 0;
    list.replaceChildren(...fitting.map((option, index) => {
      const item = document.createElement("li");
      item.id = `${list.id}-${index}`;
      item.setAttribute("role", "option");
      item.textContent = option.textContent;
      item.addEventListener("mousedown", (event) => { event.preventDefault(); choose(option); });
      return item;
    }));
    mark();
    list.hidden = !fitting.length;
    input.setAttribute("aria-expanded", String(!list.hidden));
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
    select.value = option ? option.value : "";
    input.value = shown();
    shut();
    select.dispatchEvent(new Event("change", { bubbles: true }));
    select.dispatchEvent(new Event("input", { bubbles: true }));
  }
  input.addEventListener("focus", () => { input.select(); });
  input.addEventListener("click", () => draw(true));
  input.addEventListener("input", (event) => { event.stopPropagation(); draw(false); });
  input.addEventListener("blur", () => { if (!input.value.trim()) choose(null); else input.value = shown(); shut(); });
  input.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (list.hidden) draw(true);
      else { current = Math.min(fitting.length - 1, Math.max(0, current + (event.key === "ArrowDown" ? 1 : -1))); mark(); }
    } else if (event.key === "Enter" && !list.hidden && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      if (fitting[current]) choose(fitting[current]);
    } else if (event.key === "Escape" && !list.hidden) {
      event.stopPropagation();
      input.value = shown();
      shut();
    }
  });
}
const all = (root) => root.querySelectorAll("select[data-picker]").forEach(build);
all(document);
document.addEventListener("htmx:load", (event) => all(event.detail.elt));
