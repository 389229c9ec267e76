// One text area holds the keyboard all the time; typing turns it into the editor of the active cell.
// So an input method composes in the place where the text will stand, from its first key on.
import { make } from "../../dom.ts";
import type { Options, Picker } from "./picker.ts";
import type { ColumnFacts } from "./types.ts";
import type { CellValue } from "./saving.ts";

export interface Target {
  readonly column: ColumnFacts;
  readonly text: string;
  readonly box: DOMRect;
  readonly rowId: number;
}

export interface EditorHooks {
  /** The active cell, or a sentence that says why it cannot be written. */
  target(): Target | string;
  commit(target: Target, value: CellValue, shown: string): void;
  options(column: ColumnFacts, words: string): Promise<Options>;
  say(sentence: string): void;
}

const LEAST_WIDTH = 160;

export class Editor {
  readonly area = make("textarea", {
    class: "grid-keeper", rows: "1", spellcheck: "false", autocomplete: "off",
    autocapitalize: "off", "aria-label": "表格：方向键移动，直接输入即可修改，空格键展开整行",
  });
  private readonly note = make("p", { class: "grid-note", hidden: "", role: "alert" });
  private open: Target | null = null;
  private whole = true; // typing over the cell, or writing on in it
  private asked = 0;

  constructor(
    private readonly room: HTMLElement,
    private readonly picker: Picker,
    private readonly hooks: EditorHooks,
  ) {
    room.append(this.area, this.note, picker.element);
    this.area.addEventListener("compositionstart", () => this.begin(true));
    this.area.addEventListener("input", () => this.typed());
    this.area.addEventListener("blur", () => window.setTimeout(() => this.left(), 0));
    picker.onPick = (value, shown) => this.picked(value, shown);
  }

  get isOpen(): boolean {
    return this.open !== null;
  }

  get target(): Target | null {
    return this.open;
  }

  focus(): void {
    this.area.focus({ preventScroll: true });
  }

  /** Lay the empty area over the active cell, so that candidates of an input method appear there. */
  rest(box: DOMRect | null, describedBy: string): void {
    if (this.open) return;
    if (box) this.lay(box, false);
    if (describedBy) this.area.setAttribute("aria-activedescendant", describedBy);
    else this.area.removeAttribute("aria-activedescendant");
  }

  /** Open over the active cell: empty for what is typed over it, or with its text. */
  begin(over: boolean): boolean {
    if (this.open) return true;
    const target = this.hooks.target();
    if (typeof target === "string") {
      this.hooks.say(target);
      if (over) window.setTimeout(() => this.open || (this.area.value = ""), 0);
      return false;
    }
    this.open = target;
    this.whole = over;
    this.area.classList.add("is-open");
    if (!over) this.area.value = target.text;
    this.lay(target.box, true);
    this.grow();
    if (!over) this.area.setSelectionRange(target.text.length, target.text.length);
    void this.offer(over ? this.area.value : "");
    return true;
  }

  /** The cell moved or scrolled away under its editor. */
  follow(box: DOMRect | null): void {
    if (this.open && box) this.lay(box, true);
  }

  /** Somebody else changed the cell that is being written: nothing typed is touched. */
  changedBelow(text: string, who: string): void {
    if (!this.open || text === this.open.text) return;
    const told = text ? `“${text}”` : "空白";
    this.remark(`这一格已被${who ? ` ${who} ` : "他人"}改为${told}；您正在填的内容还在。`);
  }

  commit(): void {
    const target = this.open;
    if (!target) return;
    const picked = this.picker.isOpen ? this.picker.chosen() : null;
    const text = this.area.value;
    this.close();
    if (picked) {
      if (picked.shown !== target.text) this.hooks.commit(target, picked.value, picked.shown);
    } else if (text !== target.text) this.hooks.commit(target, text, text);
  }

  cancel(): void {
    this.close();
  }

  newLine(): void {
    const { selectionStart, selectionEnd } = this.area;
    this.area.setRangeText("\n", selectionStart, selectionEnd, "end");
    this.grow();
  }

  /** The picker's keys; true when it took one. */
  pickerKey(event: KeyboardEvent): boolean {
    return this.open !== null && this.picker.key(event);
  }

  private typed(): void {
    if (!this.open) {
      if (!this.area.value) return;
      if (!this.begin(true)) {
        this.area.value = "";
        return;
      }
    }
    this.grow();
    void this.offer(this.area.value);
  }

  private picked(value: CellValue, shown: string): void {
    const target = this.open;
    if (!target) return;
    if (target.column.type === "multi_choice") {
      this.area.value = this.picker.toggled(shown);
      this.focus();
      return;
    }
    this.close();
    if (shown !== target.text) this.hooks.commit(target, value, shown);
    this.focus();
  }

  private async offer(words: string): Promise<void> {
    const target = this.open;
    if (!target) return;
    const turn = ++this.asked;
    const filter = this.whole || words !== target.text ? words : "";
    const options = await this.hooks.options(target.column, filter);
    if (turn !== this.asked || this.open !== target) return;
    this.picker.show(options, this.area, target.text, filter);
  }

  private left(): void {
    if (document.activeElement === this.area || this.room.contains(document.activeElement)) return;
    if (document.hasFocus()) this.commit(); // another window is no reason to end
  }

  private close(): void {
    this.open = null;
    this.area.value = "";
    this.area.classList.remove("is-open");
    this.area.style.height = "";
    this.note.hidden = true;
    this.picker.hide(this.area);
  }

  private remark(sentence: string): void {
    this.note.textContent = sentence;
    this.note.hidden = false;
    const box = this.area.getBoundingClientRect();
    const room = this.room.getBoundingClientRect();
    this.note.style.left = `${box.left - room.left}px`;
    this.note.style.top = `${Math.max(0, box.top - room.top - 34)}px`;
  }

  private lay(box: DOMRect, open: boolean): void {
    const room = this.room.getBoundingClientRect();
    const width = open ? Math.max(box.width, LEAST_WIDTH) : box.width;
    const left = Math.max(0, Math.min(box.left - room.left, room.width - width - 8));
    this.area.style.left = `${left}px`;
    this.area.style.top = `${box.top - room.top}px`;
    this.area.style.width = `${width}px`;
    this.area.style.minHeight = `${box.height}px`;
  }

  private grow(): void {
    this.area.style.height = "auto";
    this.area.style.height = `${Math.min(this.area.scrollHeight + 2, 240)}px`;
  }
}
