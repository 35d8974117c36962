// Ctrl/⌘ K: go to a queue or do a move, by a few letters.
const palette = document.getElementById("palette");
const input = palette.querySelector("input");
const list = palette.querySelector("ul");
let commands = [];
let current = 0;

function draw() {
  const words = input.value.trim().toLowerCase();
  const fitting = commands.filter((command) => command.label.toLowerCase().includes(words)).slice(0, 12);
  current = Math.min(current, Math.max(fitting.length - 1, 0));
  list.replaceChildren(
    ...fitting.map((command, index) => {
      const item = document.createElement("li");
      item.role = "option";
      item.id = `palette-${index}`;
      item.textContent = command.label;
      item.setAttribute("aria-selected", String(index === current));
      item.addEventListener("click", () => run(command));
      return item;
    }),
  );
  input.setAttribute("aria-activedescendant", fitting.length ? `palette-${current}` : "");
  return fitting;
}
function run(command) {
  palette.close();
  command.target.click();
}
document.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k" && !event.isComposing) {
    event.preventDefault();
    const targets = document.querySelectorAll("[data-command], .shell-rail a");
    commands = [...targets].map((target) => ({ target, label: target.textContent.trim().replace(/\s+/g, " ") }));
    input.value = "";
    current = 0;
    draw();
    palette.showModal();
  }
});
input.addEventListener("input", () => { current = 0; draw(); });
input.addEventListener("keydown", (event) => {
  if (event.isComposing) return;
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    current = Math.max(0, current + (event.key === "ArrowDown" ? 1 : -1));
    draw();
  } else if (event.key === "Enter") {
    event.preventDefault();
    const fitting = draw();
    if (fitting[current]) run(fitting[current]);
  }
});
