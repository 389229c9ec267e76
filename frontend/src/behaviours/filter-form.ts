// A choice in a filter acts at once, and empty filters stay out of the address.
import { submitForm } from "../dom.ts";

export default function filterForm(root: HTMLElement): void {
  if (!(root instanceof HTMLFormElement)) throw new Error("filter-form belongs on a form");
  const controls = (): (HTMLInputElement | HTMLSelectElement)[] =>
    [...root.elements].filter(
      (one): one is HTMLInputElement | HTMLSelectElement =>
        one instanceof HTMLInputElement || one instanceof HTMLSelectElement,
    );

  root.addEventListener("change", (event) => {
    const target = event.target;
    if (target instanceof HTMLSelectElement || (target instanceof HTMLInputElement && target.type === "checkbox")) {
      submitForm(root);
    }
  });
  root.addEventListener("submit", () => {
    for (const control of controls()) if (control.value === "") control.disabled = true;
  });
  // Coming back must not find the empty filters dead.
  window.addEventListener("pageshow", () => {
    for (const control of controls()) control.disabled = false;
  });
}
