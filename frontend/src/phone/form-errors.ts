// Shows in a form what the server found wrong with it, as the page itself would have.
import { make } from "../dom.ts";
import type { PhoneRecord, ShotRow } from "./db.ts";
import { icon } from "./drawing.ts";

const HEADING = "还差一点，改好后再提交";
const MARK = "data-phone-error";

/** Take away what was shown before. */
export function clearErrors(form: HTMLFormElement): void {
  const page = form.parentElement ?? form;
  for (const old of page.querySelectorAll(`[${MARK}], .error-summary, .form-error`)) old.remove();
  for (const field of form.querySelectorAll(".has-error")) field.classList.remove("has-error");
}

/** The summary before the form, and each sentence at its field. */
export function showErrors(
  form: HTMLFormElement,
  one: PhoneRecord,
  shots: readonly ShotRow[],
  attach: (root: ParentNode) => void,
  title = HEADING,
): void {
  clearErrors(form);
  const lines: HTMLElement[] = [];
  const photos = shots.flatMap((shot, at) =>
    shot.state === "refused" && shot.why ? [`第 ${at + 1} 张：${shot.why}`] : [],
  );
  const errors: Record<string, string[]> = { ...one.errors };
  if (photos.length) errors["photos"] = [...(errors["photos"] ?? []), ...photos];
  for (const [name, sentences] of Object.entries(errors)) {
    const field = fieldNamed(form, name);
    const first = sentences[0] ?? "";
    const line = make("li");
    if (field) {
      field.id ||= `field-${name}`;
      line.append(make("a", { href: `#${field.id}` }, `${labelOf(form, field)}：${first}`));
      atField(field, sentences);
    } else line.textContent = first;
    lines.push(line);
  }
  const box = make("div", { class: "error-summary", role: "alert", tabindex: "-1", [MARK]: "" });
  box.dataset["behaviour"] = "error-summary";
  const heading = make("h2", {}, ` ${lines.length ? title : one.why || title}`);
  heading.prepend(icon("alert-circle"));
  box.append(heading);
  if (lines.length) {
    const list = make("ul");
    list.append(...lines);
    box.append(list);
  }
  form.before(box);
  attach(form.parentElement ?? form);
}

function fieldNamed(form: HTMLFormElement, name: string): HTMLElement | null {
  const byId = document.getElementById(name);
  if (byId && form.contains(byId)) return byId;
  const control = form.querySelector<HTMLElement>(`[name="${CSS.escape(name)}"]:not([type=hidden])`);
  return control ?? null;
}

const holderOf = (field: HTMLElement): HTMLElement =>
  field.matches("fieldset") ? field : (field.closest<HTMLElement>(".form-field, fieldset") ?? field);

function labelOf(form: HTMLFormElement, field: HTMLElement): string {
  const label = form.querySelector<HTMLElement>(`label[for="${CSS.escape(field.id)}"]`);
  const legend = holderOf(field).querySelector("legend");
  const text = (label ?? legend)?.firstChild?.textContent ?? "";
  return text.trim() || "这一项";
}

function atField(field: HTMLElement, sentences: readonly string[]): void {
  const holder = holderOf(field);
  holder.classList.add("has-error");
  const legend = holder.querySelector(":scope > legend, :scope > .form-label");
  for (const sentence of [...sentences].reverse()) {
    const line = make("p", { class: "form-error", [MARK]: "" }, sentence);
    line.prepend(icon("alert-circle"));
    if (legend) legend.after(line);
    else holder.prepend(line);
  }
}
