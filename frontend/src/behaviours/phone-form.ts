// Lets a form outdoors live on the phone until the server has it; without a place for it, as ever.
import draftKeeper from "./draft-keeper.ts";

type Submit = (submitter: HTMLElement | null) => Promise<void>;

export default function phoneForm(root: HTMLElement, attach: (root: ParentNode) => void): void {
  if (!(root instanceof HTMLFormElement)) throw new Error("phone-form belongs on a form");
  let plainly = false; // the form goes the way of any form
  let sending = false;
  const ready = load(root, attach);
  void ready.then((submit) => {
    plainly ||= submit === null;
    if (submit === null) draftKeeper(root);
  });

  let pressed: HTMLElement | null = null; // older browsers do not tell which button it was
  root.addEventListener("click", (event) => {
    pressed = event.target instanceof Element ? event.target.closest("button") : null;
  });
  // Before the other listeners: what the phone keeps is not sent by the page as well.
  root.addEventListener("submit", (event) => {
    if (plainly) return;
    event.preventDefault();
    const button = event.submitter ?? pressed;
    if (sending) return;
    sending = true;
    const free = busy(button ?? root.querySelector<HTMLElement>("[type=submit]"));
    void ready
      .then((submit) => (submit ? submit(button) : sendPlainly(button)))
      .catch((error: unknown) => say(root, error))
      .finally(() => {
        sending = false;
        free();
      });
  });

  function sendPlainly(button: HTMLElement | null): void {
    plainly = true;
    if (button) button.click();
    else if (root instanceof HTMLFormElement) root.submit();
  }
}

async function load(form: HTMLFormElement, attach: (root: ParentNode) => void): Promise<Submit | null> {
  try {
    const { takeOver } = await import("../phone/form.ts");
    return await takeOver(form, attach);
  } catch {
    return null; // the script could not be fetched
  }
}

/** The phone is full, or its database is gone: the page says so and keeps everything. */
function say(form: HTMLFormElement, error: unknown): void {
  const line = document.createElement("p");
  line.className = "form-error";
  line.setAttribute("role", "alert");
  line.textContent =
    error instanceof Error && /[\u4e00-\u9fff]/.test(error.message)
      ? error.message
      : "没有存到手机上，请再按一次。内容都还在。";
  form.querySelector(".actions-stuck")?.before(line);
}

function busy(button: HTMLElement | null): () => void {
  if (!button) return () => undefined;
  const before = [...button.childNodes];
  button.setAttribute("aria-disabled", "true");
  button.setAttribute("aria-busy", "true");
  button.replaceChildren("正在提交…");
  return () => {
    button.removeAttribute("aria-disabled");
    button.removeAttribute("aria-busy");
    button.replaceChildren(...before);
  };
}
