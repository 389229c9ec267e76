// The reasons of a send-back by number, with what is usually written for each.
import { all, make, need, submitForm } from "../../dom.ts";

export type Reasons = { open(): void; press(event: KeyboardEvent): boolean };

export function reasonsIn(root: HTMLElement): Reasons {
  const fold = need(root, "details", HTMLDetailsElement);
  const form = need(root, "form", HTMLFormElement);
  const text = need(form, "textarea", HTMLTextAreaElement);
  const radios = all(form, "input[type=radio]", HTMLInputElement);
  const phrases = JSON.parse(root.dataset["phrases"] ?? "{}") as Record<string, string[]>;
  const every = new Set(Object.values(phrases).flat());
  const usual = make("div", { class: "usual", role: "group", "aria-label": "常用语" });
  text.before(usual);

  /** Our own words may be replaced, a person's never. */
  function fill(words: string): void {
    if (text.value.trim() && !every.has(text.value.trim())) return;
    text.value = words;
    text.dispatchEvent(new Event("input", { bubbles: true }));
  }

  function offer(reason: string): void {
    usual.replaceChildren(
      ...(phrases[reason] ?? []).map((words) => {
        const button = make("button", { type: "button", class: "btn btn-quiet" }, words);
        button.addEventListener("click", () => {
          text.value = words;
          text.dispatchEvent(new Event("input", { bubbles: true }));
          text.focus();
        });
        return button;
      }),
    );
  }

  function chosen(radio: HTMLInputElement): void {
    offer(radio.value);
    fill(phrases[radio.value]?.[0] ?? "");
  }

  function close(): void {
    fold.open = false;
    fold.querySelector("summary")?.focus();
  }

  for (const radio of radios) radio.addEventListener("change", () => chosen(radio));
  const checked = radios.find((radio) => radio.checked);
  if (checked) offer(checked.value);
  form.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      event.preventDefault();
      event.stopPropagation();
      return close();
    }
    const sends = event.key === "Enter" && !event.shiftKey && !event.isComposing;
    const writes = event.target === text || radios.some((radio) => radio === event.target);
    if (!sends || !writes || window.matchMedia("(pointer: coarse)").matches) return;
    event.preventDefault();
    submitForm(form, form.querySelector<HTMLElement>("button[name=move]"));
  });

  return {
    open() {
      fold.open = true;
      fold.scrollIntoView({ block: "nearest" });
      (radios.find((radio) => radio.checked) ?? radios[0])?.focus({ preventScroll: true });
    },
    press(event) {
      const radio = fold.open && /^[1-9]$/.test(event.key) ? radios[Number(event.key) - 1] : undefined;
      if (!radio) return false;
      radio.checked = true;
      radio.dispatchEvent(new Event("change", { bubbles: true }));
      text.focus();
      text.setSelectionRange(text.value.length, text.value.length);
      return true;
    },
  };
}
