// Asks once more before a form is sent: the question stands in data-confirm.
import { ask } from "../ask.ts";
import { submitForm } from "../dom.ts";

export default function confirmSubmit(root: HTMLElement): void {
  if (!(root instanceof HTMLFormElement)) throw new Error("confirm-submit belongs on a form");
  let agreed = false;
  let pressed: HTMLElement | null = null; // Safari before 15.4 does not tell which button it was
  root.addEventListener("click", (event) => {
    pressed = event.target instanceof Element ? event.target.closest("button") : null;
  });

  root.addEventListener(
    "submit",
    (event) => {
      if (agreed) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      const question = root.dataset["confirm"] ?? "确定吗？";
      const button = event.submitter ?? pressed;
      void ask(question, buttonText(button)).then((yes) => {
        agreed = yes;
        if (yes) submitForm(root, button);
        agreed = false;
      });
    },
    true,
  );
}

function buttonText(submitter: HTMLElement | null): string {
  return submitter?.textContent?.trim() || "确定";
}
