// Small dialogs of the grid: two values for one cell, what of a paste does not fit.
import { make } from "../../dom.ts";
import type { Edit, Outcome, Told } from "./saving.ts";
import type { ColumnFacts } from "./types.ts";

const MOST_LISTED = 12;

interface Button<T> {
  readonly label: string;
  readonly value: T;
  readonly primary?: boolean;
}

/** Ask; Escape and leaving mean the last button. */
function ask<T>(title: string, body: readonly Node[], buttons: readonly Button<T>[]): Promise<T> {
  return new Promise((resolve) => {
    const dialog = make("dialog", { class: "grid-dialog" });
    const heading = make("h2", { id: "grid-dialog-title" }, title);
    dialog.setAttribute("aria-labelledby", heading.id);
    const actions = make("div", { class: "actions" });
    let answer = buttons[buttons.length - 1]?.value as T;
    for (const each of buttons) {
      const style = each.primary ? "btn btn-primary" : "btn btn-plain";
      const button = make("button", { type: "button", class: style }, each.label);
      button.addEventListener("click", () => {
        answer = each.value;
        dialog.close();
      });
      actions.append(button);
    }
    dialog.append(heading, ...body, actions);
    const before = document.activeElement;
    dialog.addEventListener("close", () => {
      dialog.remove();
      if (before instanceof HTMLElement) before.focus({ preventScroll: true });
      resolve(answer);
    });
    document.body.append(dialog);
    dialog.showModal();
    actions.querySelector("button")?.focus();
  });
}

export function askConflict(told: Told, caption: string): Promise<"mine" | "theirs"> {
  const list = make("dl", { class: "facts" });
  list.append(
    make("dt", {}, "现在是"), make("dd", {}, told.now || "空白"),
    make("dt", {}, "您填的"), make("dd", {}, told.yours || "空白"),
  );
  return ask(`“${caption}”这一格刚被${told.who ? ` ${told.who} ` : "他人"}改过`, [list], [
    { label: "用我的", value: "mine", primary: true },
    { label: "保留现在的", value: "theirs" },
  ]);
}

/** Cells that cannot be written, with the reasons; true to write the others. */
export function askUnfit(
  outcome: Outcome,
  edits: readonly Edit[],
  columns: readonly ColumnFacts[],
  placeOf: (row: number) => number | undefined,
): Promise<boolean> {
  const bad = [...outcome.refused, ...outcome.conflicts];
  const good = edits.length - bad.length;
  const list = make("ul", { class: "grid-unfit" });
  for (const each of bad.slice(0, MOST_LISTED)) {
    const caption = columns.find((column) => column.id === each.field)?.name ?? "";
    const place = placeOf(each.row);
    const where = place === undefined ? caption : `第 ${place + 1} 行`;
    const edit = edits.find((one) => one.row === each.row && one.field === each.field);
    const value = edit ? `“${edit.shown.slice(0, 30)}”` : "";
    const item = make("li");
    item.append(make("strong", {}, `${where} ${value}`), `　${each.sentence}`);
    list.append(item);
  }
  const parts: Node[] = [list];
  if (bad.length > MOST_LISTED) parts.push(make("p", {}, `还有 ${bad.length - MOST_LISTED} 格。`));
  const buttons = [{ label: "取消，一格都不改", value: false }];
  const fitting = { label: `只写入合适的 ${good} 格`, value: true, primary: true };
  const all = good > 0 ? [fitting, ...buttons] : buttons;
  return ask(`有 ${bad.length} 格不能写入`, parts, all);
}

export function askMany(cells: number, rows: number): Promise<boolean> {
  const words = make("p", {}, `将修改 ${rows} 行中的 ${cells} 格。改完后可以用 Ctrl+Z 一次撤销。`);
  return ask("要修改这么多吗？", [words], [
    { label: `修改 ${cells} 格`, value: true, primary: true },
    { label: "取消", value: false },
  ]);
}
