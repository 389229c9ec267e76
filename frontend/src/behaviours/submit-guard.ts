// One press, one submission; while it runs the button says so.
import { all, sizeText } from "../dom.ts";

export default function submitGuard(root: HTMLElement): void {
  if (!(root instanceof HTMLFormElement)) throw new Error("submit-guard belongs on a form");
  let sending = false;
  let restore: (() => void) | null = null;

  root.addEventListener("submit", (event) => {
    if (sending) {
      event.preventDefault();
      return;
    }
    if (event.defaultPrevented) return;
    sending = true;
    for (const field of all(root, "input[data-now]", HTMLInputElement)) {
      field.value = new Date().toISOString(); // the device's own clock, kept beside the server's
    }
    const button = event.submitter ?? root.querySelector<HTMLElement>("[type=submit]");
    if (button) restore = busy(button, uploadText(root));
  });
  // Back from the next page, or an answer that is a download: the form is usable again.
  window.addEventListener("pageshow", () => {
    sending = false;
    restore?.();
    restore = null;
  });
}

function uploadText(form: HTMLFormElement): string {
  const files = all(form, "input[type=file]", HTMLInputElement).flatMap((one) => [...(one.files ?? [])]);
  if (files.length === 0) return "正在提交…";
  const bytes = files.reduce((sum, file) => sum + file.size, 0);
  const counted = form.dataset["counted"] ?? "张照片";
  return `正在上传 ${files.length} ${counted}（${sizeText(bytes)}），请不要关闭`;
}

/** A disabled button would not send its own value, so it is only marked. */
function busy(button: HTMLElement, text: string): () => void {
  const before = [...button.childNodes];
  button.setAttribute("aria-disabled", "true");
  button.setAttribute("aria-busy", "true");
  button.replaceChildren(text);
  return () => {
    button.removeAttribute("aria-disabled");
    button.removeAttribute("aria-busy");
    button.replaceChildren(...before);
  };
}
