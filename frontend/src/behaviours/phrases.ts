// Words that are often needed, put into a text with one tap.
import { all } from "../dom.ts";

export default function phrases(root: HTMLElement): void {
  const text = document.getElementById(root.dataset["for"] ?? "");
  if (!(text instanceof HTMLTextAreaElement)) throw new Error("phrases needs data-for, a textarea");
  for (const button of all(root, "button", HTMLButtonElement)) {
    button.addEventListener("click", () => {
      const before = text.value.trimEnd();
      const joint = before === "" || /[，。；,.;]$/.test(before) ? "" : "，";
      text.value = before + joint + (button.textContent ?? "");
      text.dispatchEvent(new Event("input", { bubbles: true })); // the draft is kept
    });
  }
}
