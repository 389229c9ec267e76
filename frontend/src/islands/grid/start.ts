// Puts the grid in the place of the list, and its parts together.
import { make } from "../../dom.ts";
import { Cursor } from "./cursor.ts";
import { Model } from "./model.ts";
import { seedRows } from "./seed.ts";
import { Status } from "./status.ts";
import { Transport, isAbort, saidBy } from "./transport.ts";
import type { Facts, WireAnchors } from "./types.ts";
import { type Sheet, openView } from "./view.ts";

export function start(room: HTMLElement): void {
  const facts = JSON.parse(room.dataset["grid"] ?? "{}") as Facts;
  const transport = new Transport(facts.csrf);
  let sheet: Sheet | null = null;
  const model = new Model(transport, facts.urls["rows"] ?? "", facts.query, {
    rows: (from, to) => {
      if (!sheet) return;
      for (let row = from; row <= to; row++) sheet.invalidateRow(row);
      sheet.render();
    },
    length: () => {
      if (!sheet) return;
      sheet.updateRowCount();
      sheet.render();
      host.setAttribute("aria-rowcount", String(model.total === null ? -1 : model.total + 1));
    },
    failed: (error) => status.say(saidBy(error)),
  });
  if (facts.first) model.seed(seedRows(room, facts.columns), facts.next);

  const live = make("div", { class: "grid-live" });
  const host = make("div", { class: "grid-host", "aria-label": document.title, "aria-rowcount": "-1" });
  let counting: AbortController | null = null;
  const status = new Status({
    jump: (row) => jump(row),
    stop: () => counting?.abort(),
    recount: () => void count(),
    refresh: () => window.location.reload(),
  });
  live.append(host, status.element);
  room.replaceChildren(live);
  room.classList.add("is-live");

  const drawn = openView({ host, facts, model, marks: () => undefined, chosen: () => false });
  sheet = drawn;
  const cursor = new Cursor(drawn);
  const look = (): void => {
    const seen = drawn.getViewport();
    model.ensure(Math.max(0, seen.top), seen.bottom);
  };
  drawn.onViewportChanged.subscribe(look);
  look();
  void count();

  function jump(row: number): void {
    const last = drawn.getDataLength();
    if (row > last) return status.say(`只有 ${last.toLocaleString("zh-CN")} 行。`);
    drawn.scrollRowToTop(row - 1);
    cursor.go(row - 1, cursor.active.cell);
    look();
  }

  async function count(): Promise<void> {
    counting = new AbortController();
    status.beginCount(0);
    try {
      const url = `${facts.urls["anchors"] ?? ""}?${model.query}`;
      const found = await transport.get<WireAnchors>(url, counting.signal);
      model.setAnchors(found);
      status.counted(found.total);
    } catch (error) {
      status.notCounted(isAbort(error) ? "已停止数行，可以继续向下滚动" : saidBy(error));
    }
  }
}
