// The active cell: its row, its column, where it stands, and what is said of it.
import type { Bulk } from "./bulk.ts";
import type { Cursor } from "./cursor.ts";
import type { Target } from "./editor.ts";
import type { Model } from "./model.ts";
import type { Saver } from "./saving.ts";
import type { ColumnFacts, Row } from "./types.ts";
import type { Sheet } from "./view.ts";

const NAME = "grid-active";

export class Active {
  constructor(
    private readonly sheet: Sheet,
    private readonly model: Model,
    private readonly cursor: Cursor,
    private readonly saver: Saver,
    private readonly bulk: Bulk,
  ) {}

  get row(): Row | undefined {
    return this.model.getItem(this.cursor.active.row);
  }

  get column(): ColumnFacts | undefined {
    return this.bulk.columnAt(this.cursor.active.cell);
  }

  box(): DOMRect | null {
    const { row, cell } = this.cursor.active;
    return this.sheet.getCellNode(row, cell)?.getBoundingClientRect() ?? null;
  }

  /** Name the cell's element, so that the text area can point screen readers at it. */
  point(): string {
    const { row, cell } = this.cursor.active;
    const node = this.sheet.getCellNode(row, cell);
    document.getElementById(NAME)?.removeAttribute("id");
    if (node) node.id = NAME;
    return node ? NAME : "";
  }

  /** What an editor would open on, or a sentence that says why it cannot. */
  target(): Target | string {
    const { row, column } = this;
    const box = this.box();
    if (!row || !column || !box) return "这一行还在读取，请稍等。";
    if (row.gone) return "这一行已不在本表中，请点下方“更新”。";
    if (!column.edit) return column.why ?? "这一列不能修改。";
    if (column.type === "photos" || column.type === "file") {
      return "把照片或文件拖到这一格里，或按空格键展开整行上传。";
    }
    return { column, box, rowId: row.id, text: this.bulk.textOf(row, this.cursor.active.cell) };
  }

  /** For those who listen. */
  words(): string {
    const { row, column } = this;
    if (!column) return "";
    const text = row ? this.bulk.textOf(row, this.cursor.active.cell) || "空白" : "正在读取";
    const mark = row && this.saver.mark(row, column.id);
    const more = mark?.said ? `。${mark.said}` : column.edit ? "" : "，只读";
    const where = `第 ${this.cursor.active.row + 1} 行，${column.name}，${text}${more}`;
    if (this.cursor.isSingle) return where;
    const area = this.cursor.area;
    return `${where}，选中 ${area.bottom - area.top + 1} 行 ${area.right - area.left + 1} 列`;
  }
}
