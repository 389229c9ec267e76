// Many cells at once: copied, pasted, cut, cleared, filled.
import type { Cursor } from "./cursor.ts";
import type { Model } from "./model.ts";
import type { Edit, Origin, Outcome, Saver } from "./saving.ts";
import { parseTsv, writeHtml, writeTsv } from "./tsv.ts";
import type { Area, ColumnFacts, Row } from "./types.ts";
import type { Sheet } from "./view.ts";

const MOST_SILENT = 200; // cells; more are asked about first
const MOST_CELLS = 20_000;
const MOST_COPIED = 20_000; // rows
const MOST_WITHOUT_RIGHT = 200; // rows: a screenful or two is reading, more is an export

export interface BulkHooks {
  say(sentence: string): void;
  many(cells: number, rows: number): Promise<boolean>;
  unfit(outcome: Outcome, edits: readonly Edit[]): Promise<boolean>;
}

export class Bulk {
  constructor(
    private readonly sheet: Sheet,
    private readonly model: Model,
    private readonly cursor: Cursor,
    private readonly saver: Saver,
    private readonly columns: ReadonlyMap<string, ColumnFacts>,
    private readonly mayExport: boolean,
    private readonly hooks: BulkHooks,
  ) {}

  /** Put the selection on the clipboard; what is not here yet is fetched, and copied the next time. */
  copy(event: ClipboardEvent): boolean {
    const area = this.cursor.area;
    const most = this.mayExport ? MOST_COPIED : MOST_WITHOUT_RIGHT;
    if (area.bottom - area.top >= most) {
      const why = this.mayExport ? "" : "您没有导出的权限，";
      this.hooks.say(`${why}一次最多复制 ${most} 行，请缩小选择范围。`);
      event.preventDefault();
      return false;
    }
    const rows = this.rowsOf(area);
    event.preventDefault();
    if (rows.some((row) => row === undefined)) {
      void this.model.gather(area.top, area.bottom).then(() => this.hooks.say("数据已取到，请再按一次 Ctrl+C。"));
      this.hooks.say("选中的行还没有全部读到，正在读取…");
      return false;
    }
    const cells = rows.map((row) => this.textsOf(row, area));
    event.clipboardData?.setData("text/plain", writeTsv(cells));
    event.clipboardData?.setData("text/html", writeHtml(cells));
    const count = cells.length * (cells[0]?.length ?? 0);
    this.hooks.say(`已复制 ${count} 格。`);
    return true;
  }

  async cut(event: ClipboardEvent): Promise<void> {
    if (this.copy(event)) await this.clear();
  }

  async paste(event: ClipboardEvent): Promise<void> {
    const text = event.clipboardData?.getData("text/plain") ?? "";
    event.preventDefault();
    const cells = parseTsv(text);
    if (cells.length === 0) return this.hooks.say("剪贴板里没有可以粘贴的文字。");
    const area = this.cursor.area;
    const wide = Math.max(...cells.map((line) => line.length));
    const rows = Math.max(cells.length, area.bottom - area.top + 1);
    const columns = Math.max(wide, area.right - area.left + 1);
    // A selection larger than what is pasted is filled with it again and again, as a spreadsheet does.
    const bottom = rows % cells.length === 0 ? area.top + rows - 1 : area.top + cells.length - 1;
    const right = columns % wide === 0 ? area.left + columns - 1 : area.left + wide - 1;
    const last = this.model.total ?? this.sheet.getDataLength();
    const whole = { top: area.top, left: area.left, bottom: Math.min(bottom, last - 1), right };
    await this.write(whole, "paste", (row, cell) => {
      const line = cells[(row - area.top) % cells.length] ?? [];
      return line[(cell - area.left) % wide];
    });
    if (area.top + cells.length > last) this.hooks.say("表格末尾之后的行没有粘贴；新问题请用上报页面填写。");
    this.cursor.select({ ...whole, right: Math.min(right, this.sheet.getColumns().length - 1) });
  }

  async clear(): Promise<void> {
    await this.write(this.cursor.area, "clear", () => "");
  }

  /** The first row of the selection, or the one above it, copied into the rest. */
  async fillDown(): Promise<void> {
    const area = this.cursor.area;
    const top = area.top === area.bottom ? area.top - 1 : area.top;
    if (top < 0) return;
    await this.fill({ ...area, top, bottom: top }, { ...area, top: top + 1 });
  }

  /** Cells repeated over an area; the source is left out of what is written. */
  async fill(source: Area, target: Area): Promise<void> {
    const rows = await this.model.gather(source.top, source.bottom);
    await this.write(target, "fill", (row, cell) => {
      const span = rows.length;
      const from = rows[(((row - source.top) % span) + span) % span];
      return from ? this.textOf(from, cell) : undefined;
    });
  }

  private async write(
    area: Area,
    origin: Origin,
    wanted: (row: number, cell: number) => string | undefined,
  ): Promise<void> {
    const rows = await this.model.gather(area.top, area.bottom);
    const { edits, fixed } = this.edits(area, rows, wanted);
    if (edits.length === 0) {
      return this.hooks.say(fixed || "没有需要修改的格。");
    }
    if (edits.length > MOST_CELLS) return this.hooks.say(`一次最多修改 ${MOST_CELLS} 格，请分几次粘贴。`);
    if (edits.length > MOST_SILENT && !(await this.agreed(edits, origin))) return;
    if (fixed) this.hooks.say(fixed);
    await this.saver.save(edits, origin, edits.length > MOST_SILENT);
  }

  /** More than a screenful: say how many, and what of it would not fit, before anything is written. */
  private async agreed(edits: readonly Edit[], origin: Origin): Promise<boolean> {
    const outcome = await this.saver.preview(edits, origin);
    if (outcome.refused.length + outcome.conflicts.length > 0) return this.hooks.unfit(outcome, edits);
    return this.hooks.many(edits.length, new Set(edits.map((edit) => edit.row)).size);
  }

  private edits(
    area: Area,
    rows: readonly (Row | undefined)[],
    wanted: (row: number, cell: number) => string | undefined,
  ): { edits: Edit[]; fixed: string } {
    const edits: Edit[] = [];
    let fixed = "";
    rows.forEach((row, offset) => {
      if (!row || row.gone) return;
      for (let cell = area.left; cell <= area.right; cell++) {
        const column = this.columnAt(cell);
        const shown = wanted(area.top + offset, cell);
        if (!column || shown === undefined) continue;
        const was = this.textOf(row, cell);
        if (was === shown) continue;
        if (column.edit) edits.push({ row: row.id, field: column.id, value: shown, shown, was });
        else fixed = `“${column.name}”没有改：${column.why ?? "这一列不能修改。"}`;
      }
    });
    return { edits, fixed };
  }

  private rowsOf(area: Area): (Row | undefined)[] {
    const rows: (Row | undefined)[] = [];
    for (let index = area.top; index <= area.bottom; index++) rows.push(this.model.getItem(index));
    return rows;
  }

  private textsOf(row: Row | undefined, area: Area): string[] {
    const texts: string[] = [];
    for (let cell = area.left; cell <= area.right; cell++) texts.push(row ? this.textOf(row, cell) : "");
    return texts;
  }

  textOf(row: Row, cell: number): string {
    const id = String(this.sheet.getColumns()[cell]?.id ?? "");
    return row.cells[this.sheet.columnsInfo.get(id) ?? -1] ?? "";
  }

  columnAt(cell: number): ColumnFacts | undefined {
    return this.columns.get(String(this.sheet.getColumns()[cell]?.id ?? ""));
  }
}
