// The pointer over the rows: a press goes to a cell, a drag selects, the corner fills.
import type { Bulk } from "./bulk.ts";
import type { Cursor } from "./cursor.ts";
import type { Editor } from "./editor.ts";
import type { Area } from "./types.ts";
import type { Sheet } from "./view.ts";

export interface MouseActions {
  expand(row: number): void;
  choose(row: number, toRow: boolean): void;
}

export class Mouse {
  private dragging: "select" | "fill" | null = null;
  private source: Area | null = null;

  constructor(
    private readonly sheet: Sheet,
    private readonly cursor: Cursor,
    private readonly editor: Editor,
    private readonly bulk: Bulk,
    private readonly act: MouseActions,
  ) {
    // Ours is the one cursor: SlickGrid's own way of going to a cell is stopped.
    sheet.onClick.subscribe((event) => event.stopImmediatePropagation());
    sheet.onDblClick.subscribe((event, at) => {
      event.stopImmediatePropagation();
      if (at.cell > 0) editor.begin(false);
    });
    const host = sheet.getContainerNode() as HTMLElement;
    host.addEventListener("pointerdown", (event) => this.down(event));
    window.addEventListener("pointermove", (event) => this.move(event));
    window.addEventListener("pointerup", () => this.up());
  }

  private down(event: PointerEvent): void {
    if (event.button !== 0 || !(event.target instanceof Element)) return;
    if (event.target === this.cursor.handle) {
      event.preventDefault();
      this.dragging = "fill";
      this.source = this.cursor.area;
      return;
    }
    if (event.target.closest("a[href]")) return;
    const at = event.target.closest(".slick-cell") ? this.sheet.getCellFromEvent(event) : null;
    if (!at) return;
    if (this.editor.isOpen) this.editor.commit();
    event.preventDefault(); // the keyboard stays where it is
    this.editor.focus();
    if (at.cell === 0) {
      if (event.target.closest("[data-open]")) return this.act.expand(at.row);
      return this.act.choose(at.row, event.shiftKey);
    }
    if (event.shiftKey) return this.cursor.stretch(at.row, at.cell);
    this.cursor.go(at.row, at.cell);
    if (event.pointerType === "mouse") this.dragging = "select"; // a finger scrolls
  }

  private move(event: PointerEvent): void {
    if (!this.dragging) return;
    const under = document.elementFromPoint(event.clientX, event.clientY);
    if (!under?.closest(".slick-cell")) return;
    const at = this.sheet.getCellFromEvent({ target: under } as unknown as Event);
    if (!at) return;
    if (this.dragging === "select") this.cursor.stretch(at.row, Math.max(1, at.cell));
    else if (this.source && at.row >= this.source.top) {
      this.cursor.stretch(Math.max(at.row, this.source.bottom), this.source.right);
    }
  }

  private up(): void {
    const { dragging, source } = this;
    this.dragging = null;
    this.source = null;
    if (dragging !== "fill" || !source) return;
    const whole = this.cursor.area;
    if (whole.bottom > source.bottom) void this.bulk.fill(source, { ...whole, top: source.bottom + 1 });
  }
}
