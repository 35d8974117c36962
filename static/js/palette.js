// Ctrl/⌘ K: go to a queue or do a move, by a few letters.
const palette = document.getElementById("palette");
if (palette) {
  const input = palette.querySelector("input");
  const list = palette.querySelector("ul");
  const nothing = palette.querySelector("[data-empty]");
  let commands = [];
  let current = 0;

  const named = (target) => target.querySelector("span") ? target.querySelector("span").innerText.replace(/\s+/g, " ").trim() : target.textContent.trim();
  function draw() {
    const words = input.value.trim().toLowerCase();
    const fitting = commands.filter((command) => command.label.toLowerCase().includes(words)).slice(0, 12);
    current = Math.max(0, Math.min(current, fitting.length - 1));
    list.replaceChildren(...fitting.map((command, index) => {
      const item = document.createElement("li");
      item.setAttribute("role", "option");
      item.id = `palette-${index}`;
      item.textContent = command.label;
      item.setAttribute("aria-selected", String(index === current));
      item.addEventListener("click", () => run(command));
      return item;
    }));
    nothing.hidden = fitting.length > 0;
    if (fitting.length) input.setAttribute("aria-activedescendant", `palette-${current}`);
    else input.removeAttribute("aria-activedescendant");
    return fitting;
  }
  function run(command) {
    palette.close();
    command.target.click();
  }
  function open() {
    const targets = document.querySelectorAll("[data-command], .shell-rail a");
    commands = [...targets].map((target) => ({ target, label: named(target) }));
    input.value = "";
    current = 0;
    draw();
    palette.showModal();
  }
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k" && !event.isComposing) {
      event.preventDefault();
      if (!document.querySelector("dialog[open]")) open();
    }
  });
  document.addEventListener("click", (event) => { if (event.target.closest("[data-palette]")) open(); });
  input.addEventListener("input", () => { current = 0; draw(); });
  input.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      current += event.key === "ArrowDown" ? 1 : -1;
      draw();
    } else if (event.key === "Enter") {
      event.preventDefault();
      const fitting = draw();
      if (fitting[current]) run(fitting[current]);
    }
  });
}
