// Columns move up and down in their list at once, and a word finds one among many.
import { all } from "../dom.ts";

export default function columnOrder(root: HTMLElement): void {
  root.addEventListener("click", (event) => {
    const target = event.target instanceof Element ? event.target : null;
    const button = target?.closest<HTMLButtonElement>("button[name=up], button[name=down]");
    const item = button?.closest("li");
    if (!button || !item) return;
    event.preventDefault();
    const other = button.name === "up" ? item.previousElementSibling : item.nextElementSibling;
    if (other && button.name === "up") other.before(item);
    else if (other) other.after(item);
    button.focus();
  });

  const words = root.querySelector<HTMLInputElement>("[data-words]");
  words?.addEventListener("input", () => {
    const wanted = words.value.trim().toLowerCase();
    for (const item of all(root, "[data-column]", HTMLElement)) {
      item.hidden = wanted !== "" && !(item.textContent ?? "").toLowerCase().includes(wanted);
    }
  });
  words?.addEventListener("keydown", (event) => {
    if (event.key === "Enter") event.preventDefault(); // finding is not sending
  });
}
