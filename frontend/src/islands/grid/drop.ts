// A picture or file dropped on a cell that keeps such: it is sent to that cell.
import { type Transport, saidBy } from "./transport.ts";
import type { ColumnFacts, Row } from "./types.ts";

export interface DropHooks {
  at(target: Element): { row: Row; column: ColumnFacts; cell: Element } | null;
  say(sentence: string): void;
  sent(row: Row): void;
}

const KEEPS_FILES = new Set(["photos", "file"]);

export function acceptFiles(host: HTMLElement, rowUrl: string, transport: Transport, hooks: DropHooks): void {
  let over: Element | null = null;
  const mark = (cell: Element | null): void => {
    over?.classList.remove("is-over");
    over = cell;
    over?.classList.add("is-over");
  };
  host.addEventListener("dragover", (event) => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    const found = event.target instanceof Element ? hooks.at(event.target) : null;
    const fits = found !== null && KEEPS_FILES.has(found.column.type) && found.column.edit;
    event.dataTransfer.dropEffect = fits ? "copy" : "none";
    mark(fits ? found.cell : null);
  });
  host.addEventListener("dragleave", () => mark(null));
  host.addEventListener("drop", (event) => {
    if (!event.dataTransfer?.files.length) return;
    event.preventDefault();
    mark(null);
    const found = event.target instanceof Element ? hooks.at(event.target) : null;
    if (!found) return;
    if (!KEEPS_FILES.has(found.column.type) || !found.column.edit) {
      const evidence = found.column.type === "photos";
      hooks.say(evidence ? "整改照片请通过办理操作提交。" : `“${found.column.name}”不是照片或附件列。`);
      return;
    }
    void send([...event.dataTransfer.files], found.row, found.column);
  });

  async function send(files: readonly File[], row: Row, column: ColumnFacts): Promise<void> {
    hooks.say(`正在上传 ${files.length} 个文件…`);
    try {
      for (const file of files) {
        const body = new FormData();
        body.append("file", file);
        const url = `${rowUrl.replace(/0$/, String(row.id))}/cells/${column.id}/files`;
        await transport.post(url, body);
      }
      hooks.say(`已上传 ${files.length} 个文件到“${column.name}”。`);
      hooks.sent(row);
    } catch (error) {
      hooks.say(saidBy(error));
    }
  }
}
