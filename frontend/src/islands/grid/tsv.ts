// Cells as spreadsheets put them on the clipboard: tabs, lines, quotes around what holds either.

/** Rows of cells; a quoted cell may hold tabs, lines and doubled quotes. */
export function parseTsv(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let cell = "";
  let quoted = false;
  let fresh = true; // at the beginning of a cell, where a quote opens
  const plain = text.replace(/\r\n?/g, "\n");
  for (let at = 0; at < plain.length; at++) {
    const sign = plain[at] ?? "";
    if (quoted) {
      if (sign !== '"') cell += sign;
      else if (plain[at + 1] === '"') {
        cell += '"';
        at += 1;
      } else quoted = false;
    } else if (sign === '"' && fresh && closes(plain, at)) quoted = true;
    else if (sign === "\t" || sign === "\n") {
      row.push(cell);
      cell = "";
      if (sign === "\n") {
        rows.push(row);
        row = [];
      }
      fresh = true;
      continue;
    } else cell += sign;
    fresh = false;
  }
  if (cell || row.length > 0) rows.push([...row, cell]);
  return rows;
}

/** A quote opens only what is closed before a tab, a line or the end; else it is a letter. */
function closes(text: string, from: number): boolean {
  for (let at = from + 1; at < text.length; at++) {
    if (text[at] !== '"') continue;
    if (text[at + 1] === '"') at += 1;
    else return at + 1 === text.length || text[at + 1] === "\t" || text[at + 1] === "\n";
  }
  return false;
}

export function writeTsv(rows: readonly (readonly string[])[]): string {
  return rows.map((row) => row.map(quote).join("\t")).join("\n");
}

function quote(cell: string): string {
  return /[\t\n"]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}

/** The same as a table, for programs that read markup; every cell is text. */
export function writeHtml(rows: readonly (readonly string[])[]): string {
  const table = document.createElement("table");
  for (const row of rows) {
    const line = table.insertRow();
    for (const cell of row) line.insertCell().textContent = cell;
  }
  return table.outerHTML.replaceAll("\n", "<br>");
}
