// The list beneath an open editor: choices, people, organisations, days; filtered by what is typed.
import { make } from "../../dom.ts";
import type { CellValue } from "./saving.ts";

export interface Option {
  readonly shown: string;
  readonly value: CellValue;
  readonly note?: string;
  readonly hue?: string;
}

export interface Options {
  readonly list: readonly Option[];
  readonly strict: boolean; // only what is on the list can be meant
  readonly many?: boolean;
}

let count = 0;

export class Picker {
  readonly element = make("ul", { class: "grid-picker", role: "listbox", hidden: "" });
  onPick: (value: CellValue, shown: string) => void = () => undefined;
  private list: readonly Option[] = [];
  private at = -1;
  private many = false;
  private taken: string[] = [];
  private touched = false;
  private holder: HTMLElement | null = null;

  constructor() {
    this.element.id = `grid-picker-${++count}`;
    this.element.setAttribute("aria-label", "可选的值");
    this.element.addEventListener("pointerdown", (event) => {
      event.preventDefault(); // the keyboard stays with the editor
      const item = (event.target as Element).closest<HTMLElement>("[data-place]");
      const option = item && this.list[Number(item.dataset["place"])];
      if (option) this.onPick(option.value, option.shown);
    });
  }

  get isOpen(): boolean {
    return !this.element.hidden;
  }

  show(options: Options, holder: HTMLElement, text: string, words: string): void {
    const wasOpen = this.isOpen;
    this.list = options.list;
    this.many = options.many === true;
    this.holder = holder;
    if (!wasOpen) this.touched = false;
    if (!wasOpen) this.taken = this.many ? text.split(/[、,，]\s*/).filter(Boolean) : [];
    if (this.list.length === 0) return this.hide(holder);
    const own = this.list.findIndex((each) => each.shown === text);
    // What one has typed means the first that fits; a list just opened means nothing yet.
    const first = words && options.strict ? 0 : -1;
    this.at = this.many ? -1 : Math.max(own, first);
    this.draw();
    this.element.hidden = false;
    holder.setAttribute("role", "combobox");
    holder.setAttribute("aria-expanded", "true");
    holder.setAttribute("aria-controls", this.element.id);
    this.lay(holder);
  }

  hide(holder: HTMLElement): void {
    this.element.hidden = true;
    this.list = [];
    this.at = -1;
    for (const name of ["role", "aria-expanded", "aria-controls"]) holder.removeAttribute(name);
  }

  chosen(): Option | null {
    return this.many ? null : (this.list[this.at] ?? null);
  }

  /** A multiple choice with one more or one less; the text that says so. */
  toggled(shown: string): string {
    this.touched = true;
    this.taken = this.taken.includes(shown)
      ? this.taken.filter((each) => each !== shown)
      : [...this.taken, shown];
    this.draw();
    return this.taken.join("、");
  }

  key(event: KeyboardEvent): boolean {
    if (!this.isOpen) return false;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      const step = event.key === "ArrowDown" ? 1 : -1;
      this.at = (this.at + step + this.list.length) % this.list.length;
      this.draw();
      return true;
    }
    const option = this.list[this.at];
    if (!this.many || !option) return false;
    // The space bar ticks one more; Enter ends the list, and takes the one it stands on if none was ticked.
    const first = event.key === "Enter" && !this.touched;
    if (event.key !== " " && !first) return false;
    this.onPick(option.value, option.shown);
    return event.key === " ";
  }

  private draw(): void {
    const items = this.list.map((option, place) => {
      const item = make("li", {
        role: "option", id: `${this.element.id}-${place}`, "data-place": String(place),
        "aria-selected": String(this.many ? this.taken.includes(option.shown) : place === this.at),
      });
      item.classList.toggle("is-at", place === this.at);
      if (this.many) item.append(make("span", { class: "grid-picker-box" }, this.taken.includes(option.shown) ? "✓" : ""));
      const tag = option.hue === undefined ? "" : `grid-tag hue-${option.hue}`;
      item.append(make("span", tag ? { class: tag } : {}, option.shown));
      if (option.note) item.append(make("span", { class: "grid-picker-note" }, option.note));
      return item;
    });
    this.element.replaceChildren(...items);
    const at = items[this.at];
    if (at && this.holder) {
      at.scrollIntoView({ block: "nearest" });
      this.holder.setAttribute("aria-activedescendant", at.id);
    }
  }

  private lay(holder: HTMLElement): void {
    const box = holder.getBoundingClientRect();
    const room = (holder.offsetParent ?? document.body).getBoundingClientRect();
    const below = room.bottom - box.bottom;
    const high = Math.min(this.element.scrollHeight, 280);
    const top = below < high + 8 ? box.top - room.top - high - 2 : box.bottom - room.top + 2;
    this.element.style.left = `${box.left - room.left}px`;
    this.element.style.top = `${Math.max(0, top)}px`;
    this.element.style.minWidth = `${box.width}px`;
  }
}
