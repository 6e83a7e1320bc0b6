// The navigation as a drawer on a phone: <button class="burger" aria-controls="sidenav" aria-expanded="false">.
export function wireDrawer(): void {
  const burger = document.querySelector<HTMLButtonElement>(".burger[aria-controls]");
  const drawer = burger && document.getElementById(burger.getAttribute("aria-controls") ?? "");
  if (!burger || !drawer) return;
  const open = (yes: boolean) => {
    drawer.toggleAttribute("data-open", yes);
    burger.setAttribute("aria-expanded", String(yes));
    if (yes) drawer.querySelector<HTMLElement>("a")?.focus();
  };
  burger.addEventListener("click", () => open(!drawer.hasAttribute("data-open")));
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && drawer.hasAttribute("data-open")) {
      open(false);
      burger.focus();
    }
  });
  document.addEventListener("click", (event) => {
    const target = event.target as Element;
    if (drawer.hasAttribute("data-open") && !drawer.contains(target) && !burger.contains(target)) open(false);
  });
}
