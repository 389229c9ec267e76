// What each key does while no cell is open, and the few that matter while one is.
import type { Bulk } from "./bulk.ts";
import type { Cursor } from "./cursor.ts";
import type { Editor } from "./editor.ts";
import type { Sheet } from "./view.ts";

export interface KeyActions {
  /** Unfold the row, or turn a tick. */
  expand(): void;
  choose(): void;
  undo(): void;
  redo(): void;
  leave(): void;
  jump(): void;
  menu(): void;
  enter(): void;
  /** To the moves of the rows chosen; false where none is. */
  proceed(): boolean;
}

const COMPOSING = 229;

export class Keys {
  constructor(
    private readonly sheet: Sheet,
    private readonly cursor: Cursor,
    private readonly editor: Editor,
    private readonly bulk: Bulk,
    private readonly act: KeyActions,
  ) {
    const area = editor.area;
    area.addEventListener("keydown", (event) => {
      if (event.isComposing || event.keyCode === COMPOSING) return; // the input method's own
      const taken = editor.isOpen ? this.whileOpen(event) : this.whileMoving(event);
      if (!taken) return;
      event.preventDefault();
      event.stopPropagation();
    });
    area.addEventListener("copy", (event) => void (editor.isOpen || bulk.copy(event)));
    area.addEventListener("cut", (event) => void (editor.isOpen || bulk.cut(event)));
    area.addEventListener("paste", (event) => void (editor.isOpen || bulk.paste(event)));
  }

  private whileOpen(event: KeyboardEvent): boolean {
    if (this.editor.pickerKey(event)) return true;
    if (event.key === "Escape") {
      this.editor.cancel();
      return true;
    }
    if (event.key === "Enter" && event.altKey) {
      this.editor.newLine();
      return true;
    }
    if (event.key === "Enter" || event.key === "Tab") {
      const back = event.shiftKey;
      this.editor.commit();
      if (event.key === "Enter") this.cursor.step(back ? -1 : 1, 0, false);
      else this.sideways(back);
      return true;
    }
    return false; // Ctrl+A and the like are the text's
  }

  private whileMoving(event: KeyboardEvent): boolean {
    if (event.ctrlKey || event.metaKey) return this.withControl(event);
    if (event.altKey) {
      if (event.key !== "ArrowDown") return false;
      this.act.menu();
      return true;
    }
    const moved = this.moved(event);
    if (moved) return true;
    switch (event.key) {
      case "Tab":
        return this.sideways(event.shiftKey);
      case "Enter":
        if (event.shiftKey) this.cursor.step(-1, 0, false);
        else this.act.enter();
        return true;
      case "F2":
        this.editor.begin(false);
        return true;
      case " ":
        if (event.shiftKey) this.act.choose();
        else this.act.expand();
        return true;
      case "Delete":
      case "Backspace":
        void this.bulk.clear();
        return true;
      case "Escape":
        this.act.leave();
        return true;
      default:
        return false;
    }
  }

  private moved(event: KeyboardEvent): boolean {
    const page = Math.max(1, this.sheet.getViewportRowCount() - 1);
    const steps: Readonly<Record<string, readonly [number, number]>> = {
      ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1],
      PageUp: [-page, 0], PageDown: [page, 0], Home: [0, -10_000], End: [0, 10_000],
    };
    const step = steps[event.key];
    if (!step) return false;
    this.cursor.step(step[0], step[1], event.shiftKey);
    return true;
  }

  private withControl(event: KeyboardEvent): boolean {
    const far = 2 ** 40;
    const edges: Readonly<Record<string, readonly [number, number]>> = {
      Home: [-far, -far], End: [far, far], ArrowUp: [-far, 0], ArrowDown: [far, 0],
      ArrowLeft: [0, -far], ArrowRight: [0, far],
    };
    const edge = edges[event.key];
    if (edge) {
      this.cursor.step(edge[0], edge[1], event.shiftKey);
      return true;
    }
    const cells = this.sheet.getColumns().length;
    switch (event.key.toLowerCase()) {
      case "enter":
        return this.act.proceed();
      case "a":
        this.cursor.select({ top: 0, left: 1, bottom: this.sheet.getDataLength() - 1, right: cells - 1 });
        return true;
      case "d":
        void this.bulk.fillDown();
        return true;
      case "z":
        if (event.shiftKey) this.act.redo();
        else this.act.undo();
        return true;
      case "y":
        this.act.redo();
        return true;
      case "g":
        this.act.jump();
        return true;
      default:
        return false; // copy, cut and paste come as events of their own
    }
  }

  /** To the next cell as one reads; past the last one the keyboard leaves the table. */
  private sideways(back: boolean): boolean {
    const { row, cell } = this.cursor.active;
    const last = this.sheet.getColumns().length - 1;
    if (!back && cell === last) {
      if (row >= this.sheet.getDataLength() - 1) return false;
      this.cursor.go(row + 1, 1);
    } else if (back && cell === 1) {
      if (row === 0) return false;
      this.cursor.go(row - 1, last);
    } else this.cursor.go(row, cell + (back ? -1 : 1));
    return true;
  }
}
