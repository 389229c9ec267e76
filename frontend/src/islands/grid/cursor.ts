// The active cell and the rectangle selected from it, drawn over the rows.
import { make } from "../../dom.ts";
import type { Area } from "./types.ts";
import { ROW_HEIGHT, type Sheet } from "./view.ts";

export interface Place {
  row: number;
  cell: number;
}

export class Cursor {
  private anchor: Place = { row: 0, cell: 1 };
  private head: Place = { row: 0, cell: 1 };
  private readonly frames: HTMLElement[];
  readonly handle = make("div", { class: "grid-handle", "aria-hidden": "true" });
  onMove: () => void = () => undefined;

  constructor(private readonly sheet: Sheet) {
    const canvases = sheet.getCanvases() as HTMLElement[];
    this.frames = canvases.slice(0, 2).map((canvas) => {
      const frame = make("div", { class: "grid-range", "aria-hidden": "true", hidden: "" });
      canvas.append(frame);
      return frame;
    });
    sheet.onScroll.subscribe(() => this.draw());
    sheet.onColumnsResized.subscribe(() => this.draw());
    sheet.onRendered.subscribe(() => this.draw());
  }

  get active(): Place {
    return this.anchor;
  }

  get area(): Area {
    return {
      top: Math.min(this.anchor.row, this.head.row),
      bottom: Math.max(this.anchor.row, this.head.row),
      left: Math.min(this.anchor.cell, this.head.cell),
      right: Math.max(this.anchor.cell, this.head.cell),
    };
  }

  get isSingle(): boolean {
    return this.anchor.row === this.head.row && this.anchor.cell === this.head.cell;
  }

  /** Go to a cell; the selection shrinks to it. */
  go(row: number, cell: number): void {
    this.anchor = this.within(row, cell);
    this.head = this.anchor;
    this.sheet.setActiveCell(this.anchor.row, this.anchor.cell, false, false, true);
    this.draw();
    this.onMove();
  }

  /** Stretch the selection to a cell; the active one stays. */
  stretch(row: number, cell: number, follow = true): void {
    this.head = this.within(row, cell);
    if (follow) this.sheet.scrollCellIntoView(this.head.row, this.head.cell, false);
    this.draw();
    this.onMove();
  }

  select(area: Area): void {
    this.anchor = this.within(area.top, area.left);
    this.head = this.within(area.bottom, area.right);
    this.sheet.setActiveCell(this.anchor.row, this.anchor.cell, false, false, true);
    this.draw();
    this.onMove();
  }

  step(rows: number, cells: number, stretch: boolean): void {
    const from = stretch ? this.head : this.anchor;
    if (stretch) this.stretch(from.row + rows, from.cell + cells);
    else this.go(from.row + rows, from.cell + cells);
  }

  /** The end of the selection that moves. */
  get loose(): Place {
    return this.head;
  }

  draw(): void {
    const { top, bottom, left, right } = this.area;
    const frozen = Number(this.sheet.getOptions().frozenColumn ?? -1);
    const drawn = this.sheet.drawn();
    const first = Math.max(top, drawn.top - 2);
    const last = Math.min(bottom, drawn.bottom + 2);
    this.frames.forEach((frame, side) => {
      const from = side === 0 ? left : Math.max(left, frozen + 1);
      const to = side === 0 ? (frozen < 0 ? right : Math.min(right, frozen)) : right;
      const shown = from <= to && first <= last && !(side === 1 && frozen < 0);
      if (frame.hidden === shown) frame.hidden = !shown;
      if (shown) this.place(frame, first, last, from, to);
    });
  }

  private place(frame: HTMLElement, top: number, bottom: number, from: number, to: number): void {
    const columns = this.sheet.getColumns();
    const frozen = Number(this.sheet.getOptions().frozenColumn ?? -1);
    const start = from > frozen ? frozen + 1 : 0;
    let x = 0;
    for (let index = start; index < from; index++) x += columns[index]?.width ?? 0;
    let width = 0;
    for (let index = from; index <= to; index++) width += columns[index]?.width ?? 0;
    frame.style.transform = `translate(${x}px, ${this.sheet.topOf(top)}px)`;
    frame.style.width = `${width}px`;
    frame.style.height = `${(bottom - top + 1) * ROW_HEIGHT}px`;
    const holdsCorner = to === this.area.right && bottom === this.area.bottom;
    if (holdsCorner) frame.append(this.handle);
  }

  private within(row: number, cell: number): Place {
    const rows = this.sheet.getDataLength();
    const cells = this.sheet.getColumns().length;
    return {
      row: Math.max(0, Math.min(row, rows - 1)),
      cell: Math.max(1, Math.min(cell, cells - 1)),
    };
  }
}
