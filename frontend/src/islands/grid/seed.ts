// The first rows stand in the page as a plain list: the grid reads them there.
import { all } from "../../dom.ts";
import type { ColumnFacts, Row } from "./types.ts";

export function seedRows(room: HTMLElement, columns: readonly ColumnFacts[]): Row[] {
  return all(room, "tbody > tr[data-id]", HTMLTableRowElement).map((line) => {
    const pictures: Record<string, string> = {};
    const cells = [...line.cells].map((cell, place) => {
      const column = columns[place];
      const photo = cell.dataset["photo"];
      if (photo && column) pictures[column.id] = photo;
      if (cell.querySelector("[data-blank]")) return "";
      return cell.dataset["text"] ?? cell.textContent ?? "";
    });
    return {
      id: Number(line.dataset["id"]),
      version: Number(line.dataset["version"]),
      hue: line.dataset["hue"] ?? "",
      pictures,
      cells,
    };
  });
}
