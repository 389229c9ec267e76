// Small helpers over the document that every behaviour shares.

/** The one element of `kind` below `root` that matches; an error when the template lacks it. */
export function need<T extends Element>(
  root: ParentNode,
  selector: string,
  kind: new (...args: never[]) => T,
): T {
  const found = root.querySelector(selector);
  if (!(found instanceof kind)) throw new Error(`template lacks ${selector}`);
  return found;
}

/** All elements of `kind` below `root` that match. */
export function all<T extends Element>(
  root: ParentNode,
  selector: string,
  kind: new (...args: never[]) => T,
): T[] {
  return [...root.querySelectorAll(selector)].filter((one): one is T => one instanceof kind);
}

/** A new element with text and attributes; text is never markup. */
export function make<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Readonly<Record<string, string>> = {},
  text = "",
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  if (text) element.textContent = text;
  return element;
}

/** Send a form as a press of `button` would, or of none; Safari before 16 has no requestSubmit. */
export function submitForm(form: HTMLFormElement, button: HTMLElement | null = null): void {
  if (typeof form.requestSubmit === "function") return form.requestSubmit(button);
  const pressed = button ?? form.appendChild(make("button", { hidden: "" }));
  pressed.click();
  if (!button) pressed.remove();
}

/** True while the person writes: single keys must then stay letters. */
export function isTyping(event: KeyboardEvent): boolean {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return true;
  const target = event.target;
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable ||
      target.closest("input:not([type=radio]):not([type=checkbox]):not([type=range]), textarea, select") !==
        null)
  );
}

/** Bytes as people say them: 820 KB, 3.4 MB. */
export function sizeText(bytes: number): string {
  if (bytes < 1024 * 1024) return `${Math.max(1, Math.round(bytes / 1024))} KB`;
  return `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}
