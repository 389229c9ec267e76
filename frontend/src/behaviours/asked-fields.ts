// Fields that only some choices ask for: those of the section that leads the kind, and data-only-with.
import { all } from "../dom.ts";

export default function askedFields(form: HTMLElement): void {
  const sets = all(form, "fieldset[data-categories]", HTMLFieldSetElement);

  const parts = all(form, "[data-only-with]", HTMLElement);

  function show(): void {
    const chosen = form.querySelector<HTMLInputElement>("input[name=category_id]:checked");
    for (const set of sets) {
      const asks = (set.dataset["categories"] ?? "").split(" ").includes(chosen?.value ?? "-");
      set.hidden = !asks;
      set.disabled = !asks; // what is not shown is not sent
    }
    for (const part of parts) {
      const [name, value] = (part.dataset["onlyWith"] ?? "").split("=");
      part.hidden = !form.querySelector(`input[name="${name}"][value="${value}"]:checked`);
    }
  }

  form.addEventListener("change", show);
  window.addEventListener("pageshow", show);
  show();
}
