// Rows of conditions: choosing a field or an operator has the server draw the row that fits.
import { all } from "../dom.ts";

type Control = HTMLInputElement | HTMLSelectElement;

/** What a row holds so far, by the short names of its controls. */
function held(row: HTMLElement, changed: Control | null): URLSearchParams {
  const prefix = row.dataset["prefix"] ?? "";
  const params = new URLSearchParams({ prefix });
  const anew = changed?.name === `${prefix}.f`;
  for (const control of controls(row)) {
    const name = control.name.slice(prefix.length + 1);
    if (control instanceof HTMLInputElement && control.type === "checkbox" && !control.checked) continue;
    if (anew && !["g", "f", "colour"].includes(name)) continue; // another field compares otherwise
    params.append(name, control.value);
  }
  return params;
}

function controls(row: HTMLElement): Control[] {
  return [...all(row, "input[name]", HTMLInputElement), ...all(row, "select[name]", HTMLSelectElement)];
}

async function drawn(href: string, params: URLSearchParams): Promise<HTMLElement> {
  const answer = await fetch(`${href}?${params}`, { headers: { Accept: "text/html" }, credentials: "same-origin" });
  if (!answer.ok || answer.redirected) throw new Error(`row answered ${answer.status}`);
  const body = new DOMParser().parseFromString(await answer.text(), "text/html").body;
  const row = body.querySelector("[data-condition]");
  if (!(row instanceof HTMLElement)) throw new Error("no row came back");
  return document.importNode(row, true);
}

export default function filterBuilder(root: HTMLElement): void {
  if (!(root instanceof HTMLFormElement)) throw new Error("filter-builder belongs on a form");
  let next = Number(root.dataset["next"]) || 1;
  const asked = new WeakMap<HTMLElement, number>();

  async function redraw(row: HTMLElement, changed: Control): Promise<void> {
    const turn = (asked.get(row) ?? 0) + 1;
    asked.set(row, turn);
    const params = held(row, changed);
    const others = controls(row).filter((control) => control !== changed);
    for (const control of others) control.disabled = true; // what is typed now would be lost
    const fresh = await drawn(row.dataset["href"] ?? "", params).catch((error: unknown) => {
      for (const control of others) control.disabled = false;
      throw error;
    });
    if (asked.get(row) !== turn || !row.isConnected) return;
    const name = changed.name;
    row.replaceWith(fresh);
    controls(fresh).find((control) => control.name === name)?.focus();
  }

  async function add(list: HTMLElement): Promise<void> {
    const conditions = all(list, "[data-condition]", HTMLElement);
    const last = conditions[conditions.length - 1];
    if (!last) return;
    const letter = last.dataset["prefix"]?.[0] ?? "c";
    const group = last.querySelector<HTMLInputElement>("input[name$='.g']")?.value ?? "";
    const params = new URLSearchParams({ prefix: `${letter}${next}`, g: group });
    next += 1;
    const fresh = await drawn(last.dataset["href"] ?? "", params);
    list.append(fresh);
    fresh.querySelector<HTMLSelectElement>(".condition-field")?.focus();
  }

  async function remove(row: HTMLElement): Promise<void> {
    const list = row.parentElement;
    if (!list) return;
    if (list.querySelectorAll("[data-condition]").length === 1) await add(list);
    const near = row.nextElementSibling ?? row.previousElementSibling;
    row.remove();
    near?.querySelector<HTMLSelectElement>(".condition-field")?.focus();
  }

  /** A row that could not be drawn stays as it is: sending the form still works. */
  const quietly = (work: Promise<void>): void => void work.catch(() => root.classList.add("is-plain"));

  root.addEventListener("change", (event) => {
    const target = event.target;
    const row = target instanceof Element ? target.closest<HTMLElement>("[data-condition]") : null;
    if (row && target instanceof HTMLSelectElement && "refetch" in target.dataset) quietly(redraw(row, target));
  });
  root.addEventListener("click", (event) => {
    const target = event.target instanceof Element ? event.target : null;
    const row = target?.closest<HTMLElement>("[data-condition]");
    if (target?.closest("[data-remove]") && row) {
      event.stopPropagation(); // the row is gone before the menu asks whether the click was inside
      quietly(remove(row));
    } else if (target?.closest("[data-add]")) {
      const place = target.closest("fieldset") ?? root;
      const list = place.querySelector<HTMLElement>("[data-rows]");
      if (list) quietly(add(list));
    }
  });
  root.addEventListener("submit", () => {
    for (const control of controls(root)) if (control.value === "") control.disabled = true;
  });
  window.addEventListener("pageshow", () => {
    for (const control of controls(root)) control.disabled = false;
  });
}
