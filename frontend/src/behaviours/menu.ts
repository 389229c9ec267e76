// A <details> menu that closes on Escape, on a click elsewhere and when another one opens.
export default function menu(root: HTMLElement): void {
  if (!(root instanceof HTMLDetailsElement)) throw new Error("menu belongs on details");
  document.addEventListener("click", (event) => {
    if (root.open && event.target instanceof Node && !root.contains(event.target)) root.open = false;
  });
  root.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !root.open) return;
    root.open = false;
    root.querySelector("summary")?.focus();
  });
  root.addEventListener("focusout", (event) => {
    if (event.relatedTarget instanceof Node && !root.contains(event.relatedTarget)) root.open = false;
  });
}
