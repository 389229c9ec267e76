// Asks once more before a form is sent: the question stands in data-confirm.
import { ask } from "../ask.ts";

export default function confirmSubmit(root: HTMLElement): void {
  if (!(root instanceof HTMLFormElement)) throw new Error("confirm-submit belongs on a form");
  let agreed = false;

  root.addEventListener(
    "submit",
    (event) => {
      if (agreed) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      const question = root.dataset["confirm"] ?? "确定吗？";
      void ask(question, buttonText(event.submitter)).then((yes) => {
        agreed = yes;
        if (yes) root.requestSubmit(event.submitter);
        agreed = false;
      });
    },
    true,
  );
}

function buttonText(submitter: HTMLElement | null): string {
  return submitter?.textContent?.trim() || "确定";
}
