// Of the settings a field may have, only those of the chosen type are shown.
import { all, need } from "../dom.ts";

export default function fieldType(form: HTMLElement): void {
  const type = need(form, "select[name=type]", HTMLSelectElement);
  const settings = all(form, "[data-types]", HTMLElement);

  function show(): void {
    for (const setting of settings) {
      setting.hidden = !(setting.dataset["types"] ?? "").split(" ").includes(type.value);
    }
  }

  type.addEventListener("change", show);
  window.addEventListener("pageshow", show);
  show();
}
