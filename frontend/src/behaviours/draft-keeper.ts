// Keeps what was typed into a form on this device until the server has accepted it.
import { make } from "../dom.ts";

const PREFIX = "draft:";
const SENT = "draft-sent";
const MAX_AGE_MS = 7 * 24 * 3600 * 1000;
type Kept = { at: number; values: Record<string, string> };
type Control = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;

/** Where a browser forbids storage the form simply works without a draft. */
function store<T>(work: () => T): T | null {
  try {
    return work();
  } catch {
    return null;
  }
}

/** After an accepted form the next page carries [data-accepted]: only then the draft goes. */
export function dropAccepted(): void {
  store(() => {
    const key = sessionStorage.getItem(SENT);
    if (key && document.querySelector("[data-accepted]")) {
      localStorage.removeItem(key);
      sessionStorage.removeItem(SENT);
    }
  });
}

function isKept(element: Element): element is Control {
  if (element instanceof HTMLInputElement) {
    return !["hidden", "password", "file", "submit", "search"].includes(element.type) && element.name !== "";
  }
  return (
    (element instanceof HTMLTextAreaElement || element instanceof HTMLSelectElement) &&
    element.name !== ""
  );
}

const isChoice = (control: Control): control is HTMLInputElement =>
  control instanceof HTMLInputElement && ["radio", "checkbox"].includes(control.type);

/** What the controls say that differs from what the server sent. */
function typed(form: HTMLFormElement): Record<string, string> {
  const values: Record<string, string> = {};
  for (const control of [...form.elements].filter(isKept)) {
    if (isChoice(control)) {
      if (control.checked && !control.defaultChecked) values[`${control.name}=${control.value}`] = "1";
    } else if (control.value.trim() !== "") values[control.name] = control.value;
  }
  return values;
}

/** Fill only what the server left empty: its values are newer. Returns whether anything changed. */
function restore(form: HTMLFormElement, values: Readonly<Record<string, string>>): boolean {
  const filled = [...form.elements].filter(isKept).filter((control) => {
    if (!isChoice(control)) {
      const value = values[control.name];
      if (control.value !== "" || !value) return false;
      control.value = value;
      return control.value !== "";
    }
    const group = form.querySelectorAll<HTMLInputElement>(`input[name="${CSS.escape(control.name)}"]`);
    if (!values[`${control.name}=${control.value}`]) return false;
    if ([...group].some((one) => one.defaultChecked)) return false;
    control.checked = true;
    return true;
  });
  for (const control of filled) control.dispatchEvent(new Event("change", { bubbles: true }));
  return filled.length > 0;
}

function note(form: HTMLFormElement, at: number, forget: () => void): void {
  const when = new Date(at).toLocaleString("zh-CN", { month: "numeric", day: "numeric", hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  const line = make("div", { class: "flash", role: "status" });
  const button = make("button", { type: "button", class: "btn btn-quiet small" }, "清空重填");
  button.addEventListener("click", () => {
    forget();
    form.reset();
    line.remove();
  });
  line.append(make("p", {}, `已恢复 ${when} 未提交的内容（照片需重新选择）。`), button);
  form.prepend(line);
}

export default function draftKeeper(root: HTMLElement): void {
  if (!(root instanceof HTMLFormElement)) throw new Error("draft-keeper belongs on a form");
  const key = PREFIX + (root.dataset["draft"] ?? window.location.pathname);
  const forget = (): void => void store(() => localStorage.removeItem(key));
  const kept = store(() => JSON.parse(localStorage.getItem(key) ?? "null") as Kept | null);
  if (kept && Date.now() - kept.at < MAX_AGE_MS) {
    if (restore(root, kept.values)) note(root, kept.at, forget);
  }

  let waiting = 0;
  const keep = (): void => {
    window.clearTimeout(waiting);
    const values = typed(root);
    if (Object.keys(values).length === 0) return forget();
    store(() => localStorage.setItem(key, JSON.stringify({ at: Date.now(), values })));
  };
  const soon = (): void => {
    window.clearTimeout(waiting);
    waiting = window.setTimeout(keep, 400);
  };
  root.addEventListener("input", soon);
  root.addEventListener("change", soon);
  root.addEventListener("submit", () => {
    keep();
    store(() => sessionStorage.setItem(SENT, key));
  });
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) keep();
  });
}
