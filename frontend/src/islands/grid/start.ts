// Puts the grid in the place of the list, and its parts together.
import { make } from "../../dom.ts";
import { Active } from "./active.ts";
import { Bulk } from "./bulk.ts";
import { Changes } from "./changes.ts";
import { Chosen } from "./chosen.ts";
import { Counting } from "./counting.ts";
import { Cursor } from "./cursor.ts";
import { askConflict, askMany, askUnfit } from "./dialogs.ts";
import { acceptFiles } from "./drop.ts";
import { Editor, type Target } from "./editor.ts";
import { Header } from "./header.ts";
import { Keys } from "./keys.ts";
import { Model } from "./model.ts";
import { Mouse } from "./mouse.ts";
import { optionsFor } from "./options.ts";
import { Panel } from "./panel.ts";
import { Picker } from "./picker.ts";
import { Reader } from "./reader.ts";
import { type Edit, type Outcome, Saver } from "./saving.ts";
import { seedRows } from "./seed.ts";
import { Status } from "./status.ts";
import { renewToolbar } from "./toolbar.ts";
import { Transport } from "./transport.ts";
import type { Facts, Row, WireRow } from "./types.ts";
import { readRow } from "./types.ts";
import { type Sheet, openView } from "./view.ts";
import { Waiting } from "./waiting.ts";

export function start(room: HTMLElement): void {
  new Grid(room, JSON.parse(room.dataset["grid"] ?? "{}") as Facts);
}

class Grid {
  private readonly transport: Transport;
  private readonly columns;
  private readonly model: Model;
  private readonly status: Status;
  private readonly sheet: Sheet;
  private readonly cursor: Cursor;
  private readonly saver: Saver;
  private readonly bulk: Bulk;
  private readonly active: Active;
  private readonly editor: Editor;
  private readonly panel: Panel;
  private readonly chosen: Chosen;
  private readonly header: Header;
  private readonly counting: Counting;
  private readonly waiting: Waiting;
  private readonly none = make("p", { class: "grid-none", hidden: "" }, "没有符合条件的行。换一个筛选条件，或换一张表再看。");
  private drawn = false;

  constructor(
    room: HTMLElement,
    private readonly facts: Facts,
  ) {
    const url = (name: string): string => facts.urls[name] ?? "";
    const say = (sentence: string): void => this.status.say(sentence);
    this.transport = new Transport(facts.csrf);
    this.columns = new Map(facts.columns.map((column) => [column.id, column]));
    const reader = (late: (isLate: boolean) => void): Reader => new Reader(this.transport, url("stop"), facts.csrf, late);
    const rows = reader((isLate) => void this.waiting.late(isLate));
    this.model = new Model(rows, url("rows"), this.wire(facts.query), {
      rows: (from, to) => this.redraw(from, to),
      length: () => this.lengthen(),
      failed: (error) => this.waiting.failed(error),
    });
    const seeds = facts.first ? seedRows(room, facts.columns) : [];
    if (facts.first) this.model.seed(seeds, facts.next);
    this.status = new Status({
      jump: (row) => this.jump(row),
      stop: () => this.counting.stop(),
      recount: () => void this.counting.begin(),
      refresh: () => window.location.reload(),
      halt: () => this.waiting.stop(),
      again: () => this.waiting.again(),
    });
    const counted = reader(() => undefined); // it says itself when it takes long
    this.counting = new Counting(counted, url("anchors"), this.model, this.status);
    this.waiting = new Waiting(this.transport, url("about"), rows, this.model, this.counting, this.status);
    const host = make("div", { class: "grid-host", "aria-label": document.title, "aria-rowcount": "-1" });
    this.chosen = new Chosen(this.model, url("moves"), facts.csrf, say);
    this.panel = new Panel(this.transport, url("row"), facts.sheet);
    const work = make("div", { class: "grid-work" });
    const live = make("div", { class: "grid-live" });
    work.append(host, this.none, this.panel.element);
    live.append(work, this.chosen.bar, this.status.element);
    room.replaceChildren(live);
    room.classList.add("is-live");

    const unfit = (outcome: Outcome, edits: readonly Edit[]): Promise<boolean> =>
      askUnfit(outcome, edits, facts.columns, (id) => this.model.placeOf(id));
    const places = new Map(facts.columns.map((column, place) => [column.id, place]));
    this.saver = new Saver(this.transport, this.model, places, { cells: url("cells"), undo: url("undo"), undoable: url("undoable") }, {
      conflict: (told) => askConflict(told, this.columns.get(told.field)?.name ?? ""),
      unfit,
      say,
    });
    this.sheet = openView({
      host, facts, model: this.model,
      marks: (row, field) => this.saver.mark(row, field),
      chosen: (id) => this.chosen.has(id),
    });
    this.drawn = true;
    this.cursor = new Cursor(this.sheet);
    this.bulk = new Bulk(this.sheet, this.model, this.cursor, this.saver, this.columns, facts.exports, {
      say, many: askMany,
      unfit,
    });
    this.active = new Active(this.sheet, this.model, this.cursor, this.saver, this.bulk);
    this.editor = new Editor(work, new Picker(), {
      target: () => this.active.target(),
      commit: (target, value, shown) => this.commit(target, value, shown),
      options: (column, words) => optionsFor(column, words, this.transport, url("options")),
      say,
    });
    this.sheet.keeper = this.editor.area;
    this.header = new Header(this.sheet, facts, this.columns, this.transport, {
      reorder: (query) => this.restart(query),
      focusBack: () => this.editor.focus(),
    });
    this.connect(room, host);
    new Changes(this.transport, url("changes"), this.model, facts.since, seeds[0]?.id ?? 0, {
      query: () => this.model.query,
      held: () => this.visibleIds(),
      arrived: (wire, who) => this.arrived(readRow(wire), wire, who),
      moved: (count) => this.status.offerRefresh(count),
    });
    this.look();
    void this.counting.begin();
  }

  private connect(room: HTMLElement, host: HTMLElement): void {
    new Keys(this.sheet, this.cursor, this.editor, this.bulk, {
      expand: () => this.turnTick() || this.expand(true),
      choose: () => void this.chosen.toggle(this.cursor.active.row, false),
      undo: () => void this.saver.undo(),
      redo: () => void this.saver.redo(),
      leave: () => this.leave(),
      jump: () => this.status.focusJump(),
      menu: () => this.header.openMenu(this.active.column?.id ?? ""),
      enter: () => this.enter(),
      proceed: () => this.chosen.proceed(),
    });
    new Mouse(this.sheet, this.cursor, this.editor, this.bulk, {
      expand: (row) => {
        this.cursor.go(row, this.cursor.active.cell);
        this.expand(false);
      },
      choose: (row, through) => void this.chosen.toggle(row, through),
    });
    acceptFiles(host, this.facts.urls["row"] ?? "", this.transport, {
      at: (target) => this.under(target),
      say: (sentence) => this.status.say(sentence),
      sent: (row) => void this.panel.open(row.id, this.nameOf(row), false),
    });
    this.panel.onClose = () => {
      this.sheet.resizeCanvas();
      this.editor.focus();
    };
    this.panel.onStep = (by) => {
      this.cursor.step(by, 0, false);
      this.expand(false);
    };
    this.cursor.onMove = () => this.moved();
    this.sheet.onViewportChanged.subscribe(() => this.look());
    this.sheet.onScroll.subscribe(() => {
      if (this.editor.isOpen) this.editor.follow(this.active.box());
    });
    new ResizeObserver(() => this.sheet.resizeCanvas()).observe(host);
    window.addEventListener("popstate", () => window.location.reload());
    room.addEventListener("focusin", (event) => {
      if (event.target === this.editor.area && !this.sheet.getActiveCell()) this.cursor.go(0, 1);
    });
    this.editor.focus();
  }

  // --- rows and the screen ---

  /** The query for rows: with the columns named, so that cells come in the order we know. */
  private wire(query: string): string {
    const pairs = new URLSearchParams(query);
    pairs.set("cols", this.facts.columns.map((column) => column.id).join(","));
    return pairs.toString();
  }

  private redraw(from: number, to: number): void {
    if (!this.drawn) return;
    const seen = this.sheet.drawn();
    for (let row = Math.max(from, seen.top); row <= Math.min(to, seen.bottom); row++) {
      this.sheet.invalidateRow(row);
    }
    this.sheet.render();
    const { row } = this.cursor.active;
    if (from <= row && row <= to) this.moved();
  }

  private lengthen(): void {
    if (!this.drawn) return;
    this.sheet.updateRowCount();
    this.sheet.render();
    const total = this.model.total;
    this.none.hidden = total !== 0;
    const host = this.sheet.getContainerNode() as HTMLElement;
    host.setAttribute("aria-rowcount", String(total === null ? -1 : total + 1));
  }

  private look(): void {
    const seen = this.sheet.getViewport();
    this.model.ensure(Math.max(0, seen.top), seen.bottom);
  }

  private restart(query: string): void {
    this.waiting.leave();
    this.model.restart(this.wire(query));
    this.sheet.invalidate();
    this.sheet.scrollRowToTop(0);
    this.cursor.go(0, this.cursor.active.cell);
    void this.counting.begin();
    void renewToolbar(this.transport);
  }

  private jump(row: number): void {
    const last = this.model.total ?? this.sheet.getDataLength();
    if (row > last) return this.status.say(`只有 ${last.toLocaleString("zh-CN")} 行。`);
    this.sheet.scrollRowToTop(row - 1);
    this.cursor.go(row - 1, this.cursor.active.cell);
    this.look();
    this.editor.focus();
  }

  private visibleIds(): number[] {
    const seen = this.sheet.drawn();
    return this.model.ids(Math.max(0, seen.top), seen.bottom);
  }

  // --- what is done with the active cell ---

  private commit(target: Target, value: string | { readonly id: number }, shown: string): void {
    const edit = { row: target.rowId, field: target.column.id, value, shown, was: target.text };
    void this.saver.save([edit], "edit");
  }

  private moved(): void {
    this.refreshActive();
    this.status.tellPlace(this.active.words());
  }

  private refreshActive(): void {
    const name = this.active.point();
    this.editor.rest(this.active.box(), name);
  }

  private enter(): void {
    if (this.turnTick()) return;
    if (this.active.column?.edit) this.editor.begin(false);
    else this.expand(true);
  }

  /** A tick under the cursor is turned, not opened; false where there is none to turn. */
  private turnTick(): boolean {
    if (this.active.column?.type !== "tick" || !this.active.column.edit) return false;
    const target = this.active.target();
    if (typeof target === "string") return false;
    const shown = target.text === "是" ? "否" : "是";
    this.commit(target, shown, shown);
    return true;
  }

  private leave(): void {
    const row = this.active.row;
    const column = this.active.column;
    if (row && column && this.saver.forget(row, column.id)) return this.redraw(this.cursor.active.row, this.cursor.active.row);
    if (this.panel.isOpen) return this.panel.close();
    this.status.focusJump();
  }

  private expand(takeFocus: boolean): void {
    const row = this.active.row;
    if (!row) return;
    void this.panel.open(row.id, this.nameOf(row), takeFocus);
    this.sheet.resizeCanvas();
    this.sheet.scrollCellIntoView(this.cursor.active.row, this.cursor.active.cell, false);
  }

  private nameOf(row: Row): string {
    const index = this.model.placeOf(row.id) ?? 0;
    return `第 ${index + 1} 行　${row.cells[0] || `内部号 ${row.id}`}`;
  }

  private under(target: Element) {
    const cell = target.closest(".slick-cell");
    const at = cell && this.sheet.getCellFromEvent({ target } as unknown as Event);
    const row = at ? this.model.getItem(at.row) : undefined;
    const column = at ? this.bulk.columnAt(at.cell) : undefined;
    return cell && row && column ? { row, column, cell } : null;
  }

  /** A row as somebody else left it: what is typed and not stored yet stays on top of it. */
  private arrived(row: Row, wire: WireRow, who: Readonly<Record<string, string>>): boolean {
    const open = this.editor.target;
    if (open?.rowId === row.id) {
      const place = this.sheet.columnsInfo.get(open.column.id) ?? -1;
      this.editor.changedBelow(row.cells[place] ?? "", who[open.column.id] ?? "");
    }
    const known = this.model.replace(wire);
    const index = this.model.placeOf(row.id);
    const held = index === undefined ? undefined : this.model.getItem(index);
    if (held) this.saver.keepTyped(held);
    if (known && this.panel.shownId === row.id) void this.panel.open(row.id, this.nameOf(row), false);
    return known;
  }
}
