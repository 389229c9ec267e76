// Choosing the file is the whole form: it is sent at once, as its button would.
import { need, submitForm } from "../dom.ts";

export default function sendWhenChosen(root: HTMLElement): void {
  if (!(root instanceof HTMLFormElement)) throw new Error("send-when-chosen belongs on a form");
  const input = need(root, "input[type=file]", HTMLInputElement);
  input.addEventListener("change", () => {
    if (input.files?.length) submitForm(root);
  });
}
