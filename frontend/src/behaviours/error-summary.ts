// After a refused form the reader starts at what has to be put right.
export default function errorSummary(root: HTMLElement): void {
  root.focus({ preventScroll: true });
  root.scrollIntoView({ block: "center" });
  root.addEventListener("click", (event) => {
    const link = event.target instanceof Element ? event.target.closest("a[href^='#']") : null;
    const target = link ? document.getElementById(link.getAttribute("href")?.slice(1) ?? "") : null;
    if (!target) return;
    event.preventDefault();
    const control = target.matches("input, textarea, select")
      ? target
      : target.querySelector<HTMLElement>("input:not([type=hidden]), textarea, select, button");
    target.scrollIntoView({ block: "center" });
    control?.focus({ preventScroll: true });
  });
}
