// Search among the picture-like category buttons, by Chinese, pinyin or initials.
import { all, need } from "../dom.ts";

/** Full-width letters, case and spaces make no difference to a search. */
function plain(text: string): string {
  return text.normalize("NFKC").toLowerCase().replace(/\s+/g, "");
}

export default function categoryPicker(root: HTMLElement): void {
  const search = need(root, "input[type=search]", HTMLInputElement);
  const chosen = need(root, "[data-chosen]", HTMLElement);
  const none = need(root, "[data-none]", HTMLElement);
  const groups = all(root, "details", HTMLDetailsElement);
  const items = all(root, ".category", HTMLElement).map((element) => ({
    element,
    words: (element.dataset["search"] ?? "").split(/\s+/).map(plain),
  }));
  let openBefore: boolean[] | null = null;

  function filter(): void {
    const wanted = plain(search.value);
    for (const { element, words } of items) {
      element.hidden = wanted !== "" && !words.some((word) => word.includes(wanted));
    }
    if (wanted && !openBefore) openBefore = groups.map((group) => group.open);
    groups.forEach((group, index) => {
      const matches = group.querySelector(".category:not([hidden])") !== null;
      group.hidden = !matches;
      group.open = wanted ? matches : (openBefore?.[index] ?? group.open);
    });
    if (!wanted) openBefore = null;
    none.hidden = groups.some((group) => !group.hidden);
  }

  function say(): void {
    const picked = root.querySelector<HTMLInputElement>("input[type=radio]:checked");
    chosen.textContent = picked ? `已选：${picked.labels?.[0]?.textContent?.trim() ?? ""}` : "";
  }

  search.addEventListener("input", filter);
  search.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing) return;
    event.preventDefault(); // Enter chooses a category; it does not send the report.
    if (!search.value) return;
    const first = root.querySelector<HTMLInputElement>(".category:not([hidden]) input");
    first?.click();
    first?.focus();
  });
  root.addEventListener("change", say);
  window.addEventListener("pageshow", say);
  say();
}
