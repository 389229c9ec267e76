// One question before something is taken away, in a dialog of the page.
import { make } from "./dom.ts";

/** Whether the person agrees; `yes` says what the button does. */
export function ask(question: string, yes: string): Promise<boolean> {
  if (typeof HTMLDialogElement === "undefined") return Promise.resolve(window.confirm(question));
  return new Promise((resolve) => {
    const dialog = make("dialog", { "aria-label": question });
    const form = make("form", { method: "dialog", class: "actions" });
    form.append(
      make("button", { class: "btn btn-weighty", value: "yes" }, yes),
      make("button", { class: "btn btn-plain", value: "no", autofocus: "" }, "先不"),
    );
    dialog.append(make("p", {}, question), form);
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue === "yes");
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}
