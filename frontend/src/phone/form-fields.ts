// A form's fields as pairs, to keep on the phone and to fill in again.

const NEVER = new Set(["csrf_token", "key", "client_at", "version", "photo_ids"]); // the page's own
const FOUND = new Set(["lat", "lng", "accuracy_m", "located_at"]); // by the device, unasked
type Control = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;

export type Pairs = readonly (readonly [string, string])[];

/** Whether a person wrote or chose anything that differs from what the form offered. */
export function isWritten(fields: Pairs, offered: Pairs): boolean {
  const own = (pairs: Pairs): string =>
    JSON.stringify(
      pairs.filter(([name, value]) => {
        if (name === "coord_source") return value === "pin"; // put there by hand
        return !NEVER.has(name) && !FOUND.has(name);
      }),
    );
  return own(fields) !== own(offered);
}

/** What the form would send: no files, no token; with the button that was pressed. */
export function fieldsOf(form: HTMLFormElement, submitter: HTMLElement | null = null): [string, string][] {
  const pairs: [string, string][] = [];
  for (const [name, value] of new FormData(form)) {
    if (typeof value === "string" && name !== "csrf_token") pairs.push([name, value]);
  }
  if (submitter instanceof HTMLButtonElement && submitter.name) pairs.push([submitter.name, submitter.value]);
  return pairs;
}

/** Put kept fields back. Choices first: which questions are asked depends on them. */
export function fillIn(form: HTMLFormElement, fields: Pairs): void {
  const kept = new Map<string, string[]>();
  for (const [name, value] of fields) kept.set(name, [...(kept.get(name) ?? []), value]);
  for (const control of controls(form)) {
    if (!isChoice(control)) continue;
    const checked = kept.get(control.name)?.includes(control.value) ?? false;
    if (control.checked === checked) continue;
    control.checked = checked;
    if (checked || control.type === "checkbox") tell(control);
  }
  const next = new Map<string, number>();
  for (const control of controls(form)) {
    if (isChoice(control)) continue;
    const at = next.get(control.name) ?? 0;
    next.set(control.name, at + 1);
    const value = kept.get(control.name)?.[at];
    if (value === undefined || control.value === value) continue;
    control.value = value;
    tell(control);
  }
}

function controls(form: HTMLFormElement): Control[] {
  return [...form.elements].filter((one): one is Control => {
    if (one instanceof HTMLInputElement) {
      return !["file", "submit", "button", "password"].includes(one.type) && isOurs(one.name);
    }
    return (one instanceof HTMLTextAreaElement || one instanceof HTMLSelectElement) && isOurs(one.name);
  });
}

const isOurs = (name: string): boolean => name !== "" && !NEVER.has(name) && !name.endsWith("_from");

const isChoice = (control: Control): control is HTMLInputElement =>
  control instanceof HTMLInputElement && (control.type === "radio" || control.type === "checkbox");

function tell(control: Control): void {
  for (const name of ["input", "change"]) control.dispatchEvent(new Event(name, { bubbles: true }));
}
