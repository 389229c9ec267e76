// A form's fields as pairs, to keep on the phone and to fill in again.

const NEVER = new Set(["csrf_token", "key", "client_at", "version", "photo_ids"]); // the page's own
const FOUND = new Set(["lat", "lng", "accuracy_m", "located_at"]); // by the device, unasked
type Control = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;

export type Pairs = readonly (readonly [string, string])[];

/** Whether a person wrote or chose anything that differs from what the form offered. */
export const isWritten = (fields: Pairs, offered: Pairs): boolean => writtenNames(fields, offered).size > 0;

/** The names of what differs from the form as the server gave it. */
function writtenNames(fields: Pairs, offered: Pairs): Set<string> {
  const [now, before] = [grouped(fields.filter(isOwn)), grouped(offered.filter(isOwn))];
  const names = new Set([...now.keys(), ...before.keys()]);
  return new Set([...names].filter((name) => now.get(name)?.join("\n") !== before.get(name)?.join("\n")));
}

function isOwn([name, value]: readonly [string, string]): boolean {
  if (name === "coord_source") return value === "pin"; // put there by hand
  return !NEVER.has(name) && !FOUND.has(name);
}

function grouped(pairs: Pairs): Map<string, string[]> {
  const groups = new Map<string, string[]>();
  for (const [name, value] of pairs) groups.set(name, [...(groups.get(name) ?? []), value]);
  return groups;
}

/** The form as the server gave it, whatever was typed before the script came. */
export function offeredBy(form: HTMLFormElement): Pairs {
  const untouched = form.cloneNode(true) as HTMLFormElement;
  untouched.reset();
  return fieldsOf(untouched);
}

/** Kept fields, but for those that stand written in the form already: these are newer. */
export function under(written: Pairs, offered: Pairs, kept: Pairs): Pairs {
  const names = writtenNames(written, offered);
  return [...kept.filter(([name]) => !names.has(name)), ...written.filter(([name]) => names.has(name))];
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
  const kept = grouped(fields);
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
