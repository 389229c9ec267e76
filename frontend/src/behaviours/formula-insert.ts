// A click on a field or a function puts it into the formula where the cursor stands.
import { need } from "../dom.ts";

export default function formulaInsert(root: HTMLElement): void {
  const text = need(root, "textarea", HTMLTextAreaElement);

  root.addEventListener("click", (event) => {
    const pressed = event.target instanceof Element ? event.target.closest("[data-insert]") : null;
    const words = pressed instanceof HTMLElement ? pressed.dataset["insert"] : undefined;
    if (!words) return;
    text.focus();
    text.setRangeText(words, text.selectionStart, text.selectionEnd, "end");
    if (words.endsWith("()")) text.setSelectionRange(text.selectionEnd - 1, text.selectionEnd - 1);
    text.dispatchEvent(new Event("input", { bubbles: true }));
  });
}
