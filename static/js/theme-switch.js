// Light or dark, kept on this machine.
document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-theme-switch]")) return;
  const root = document.documentElement;
  root.dataset.bsTheme = root.dataset.bsTheme === "dark" ? "light" : "dark";
  localStorage.setItem("theme", root.dataset.bsTheme);
  document.dispatchEvent(new CustomEvent("theme"));
});
