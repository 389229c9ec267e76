// Asks once more before a form is sent: the question stands in data-confirm.
import { make } from "../dom.ts";

export default function confirmSubmit(root: HTMLElement): void {
  if (!(root instanceof HTMLFormElement)) throw new Error("confirm-submit belongs on a form");
  let agreed = false;

  root.addEventListener(
    "submit",
    (event) => {
      if (agreed || typeof HTMLDialogElement === "undefined") return;
      event.preventDefault();
      event.stopImmediatePropagation();
      ask(root.dataset["confirm"] ?? "确定吗？", buttonText(event.submitter), () => {
        agreed = true;
        root.requestSubmit(event.submitter);
        agreed = false;
      });
    },
    true,
  );
}

function buttonText(submitter: HTMLElement | null): string {
  return submitter?.textContent?.trim() || "确定";
}

function ask(question: string, yes: string, then: () => void): void {
  const dialog = make("dialog", { "aria-label": question });
  const form = make("form", { method: "dialog", class: "actions" });
  form.append(
    make("button", { class: "btn btn-weighty", value: "yes" }, yes),
    make("button", { class: "btn btn-plain", value: "no", autofocus: "" }, "先不"),
  );
  dialog.append(make("p", {}, question), form);
  dialog.addEventListener("close", () => {
    dialog.remove();
    if (dialog.returnValue === "yes") then();
  });
  document.body.append(dialog);
  dialog.showModal();
}
