// After the kind of problem is chosen, the fields that its lead section asks for appear.
import { all } from "../dom.ts";

export default function askedFields(form: HTMLElement): void {
  const sets = all(form, "fieldset[data-categories]", HTMLFieldSetElement);

  function show(): void {
    const chosen = form.querySelector<HTMLInputElement>("input[name=category_id]:checked");
    for (const set of sets) {
      const asks = (set.dataset["categories"] ?? "").split(" ").includes(chosen?.value ?? "-");
      set.hidden = !asks;
      set.disabled = !asks; // what is not shown is not sent
    }
  }

  form.addEventListener("change", show);
  window.addEventListener("pageshow", show);
  show();
}
