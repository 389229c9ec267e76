// The drawing of rows: SlickGrid, told what our rows, columns and headers are, and nothing more.
import Sortable from "sortablejs";
import { type Column, type GridOption, SlickGrid } from "slickgrid";
import { make } from "../../dom.ts";
import { type Draw, classOf, drawing } from "./cells.ts";
import type { Model } from "./model.ts";
import type { ColumnFacts, Facts, Row } from "./types.ts";

(window as unknown as { Sortable: unknown }).Sortable = Sortable; // it is looked for there

export const ROW_HEIGHT = 28;
export const HEAD = "_row"; // the column of row numbers
const HEAD_WIDTH = 76;
const HIGHEST = 8_000_000; // pixels

export type Marks = (row: Row, field: string) => { state: string; said: string } | undefined;

/** SlickGrid with the focus where we keep it, and with what its rows and cells must say. */
export class Sheet extends SlickGrid<Row> {
  keeper: HTMLElement | null = null;
  columnsInfo: ReadonlyMap<string, number> = new Map();

  protected override setFocus(): void {
    this.keeper?.focus({ preventScroll: true });
  }

  /** Canvases higher than this page: every browser draws as much, and none must be asked by trying. */
  protected override getMaxSupportedCssHeight(): number {
    return HIGHEST;
  }

  /** Top of a row in its canvas, which pages when it is higher than a browser can draw. */
  topOf(row: number): number {
    return row * ROW_HEIGHT - this.offset;
  }

  /** Rows drawn now, with some beyond the screen. */
  drawn(): { top: number; bottom: number } {
    return this.getRenderedRange();
  }
}

export interface ViewParts {
  readonly host: HTMLElement;
  readonly facts: Facts;
  readonly model: Model;
  readonly marks: Marks;
  readonly chosen: (id: number) => boolean;
}

export function openView(parts: ViewParts): Sheet {
  const { host, facts, model } = parts;
  const places = new Map(facts.columns.map((column, place) => [column.id, place]));
  const data = {
    getLength: () => model.getLength(),
    getItem: (index: number) => model.getItem(index) as Row,
    getItemMetadata: (index: number) => {
      const row = model.getItem(index);
      if (!row) return { cssClasses: "is-awaited" };
      const classes = [row.hue ? `hue-${row.hue}` : "", row.gone ? "is-gone" : ""];
      if (parts.chosen(row.id)) classes.push("is-chosen");
      return { cssClasses: classes.filter(Boolean).join(" ") };
    },
  };
  const sheet = new Sheet(host, data, columnsOf(parts, places), optionsOf(facts, places));
  sheet.columnsInfo = places;
  host.setAttribute("aria-colcount", String(facts.columns.length + 1));
  host.setAttribute("aria-multiselectable", "true");
  dress(host);
  sheet.onRendered.subscribe(() => number(host));
  number(host);
  return sheet;
}

function optionsOf(facts: Facts, places: ReadonlyMap<string, number>): GridOption {
  return {
    nonce: facts.nonce,
    rowHeight: ROW_HEIGHT,
    headerRowHeight: 32,
    enableCellNavigation: true,
    enableColumnReorder: true,
    enableHtmlRendering: false,
    editable: false,
    autoEdit: false,
    frozenColumn: Math.min(facts.freeze, facts.columns.length - 1),
    explicitInitialization: false,
    minRowBuffer: 8,
    scrollRenderThrottling: 0,
    enableMouseWheelScrollHandler: true,
    // A table too narrow for its frozen columns says so by scrolling, not by a dialog.
    invalidColumnFreezeWidthCallback: () => undefined,
    invalidColumnFreezePickerCallback: () => undefined,
    dataItemColumnValueExtractor: (row: Row, column: Column<Row>) =>
      row.cells[places.get(String(column.id)) ?? -1] ?? "",
  } as GridOption;
}

function columnsOf(parts: ViewParts, places: ReadonlyMap<string, number>): Column<Row>[] {
  const { urls } = parts.facts;
  return [
    headColumn(parts),
    ...parts.facts.columns.map((facts) => {
      const place = (facts.edit || facts.id.startsWith("f_") ? urls["attached"] : urls["thumb"]) ?? "";
      const draw = drawing(facts, (photo) => place.replace("ID", photo));
      return columnOf(facts, draw, (places.get(facts.id) ?? 0) + 2, parts.marks);
    }),
  ];
}

function columnOf(facts: ColumnFacts, draw: Draw, place: number, marks: Marks): Column<Row> {
  return {
    id: facts.id,
    field: facts.id,
    name: facts.name,
    toolTip: facts.help ?? facts.name,
    width: facts.width,
    minWidth: 44,
    sortable: facts.sort,
    cssClass: classOf(facts),
    headerCssClass: classOf(facts),
    cellAttrs: { "aria-colindex": String(place) },
    formatter: (_row, _cell, text: string, _column, item: Row) => {
      const shown = draw(text, item);
      const mark = marks(item, facts.id);
      if (!mark) return shown;
      const said = { addClasses: `is-${mark.state}`, toolTip: mark.said };
      return typeof shown === "string" ? { ...said, text: shown } : { ...said, html: shown };
    },
  } as Column<Row>;
}

/** The row's own number, a box to choose it, and the way to all of it. */
function headColumn(parts: ViewParts): Column<Row> {
  return {
    id: HEAD,
    field: HEAD,
    name: "行",
    width: HEAD_WIDTH,
    minWidth: HEAD_WIDTH,
    maxWidth: HEAD_WIDTH,
    resizable: false,
    sortable: false,
    reorderable: false,
    cssClass: "grid-head",
    headerCssClass: "grid-head",
    cellAttrs: { "aria-colindex": "1" },
    formatter: (row: number, _cell: number, _value: unknown, _column: unknown, item: Row) => {
      const holder = make("span", { class: "grid-head-in" });
      const box = make("span", { class: "grid-check", "data-check": "" });
      box.classList.toggle("is-on", parts.chosen(item.id));
      holder.append(
        box,
        make("span", { class: "grid-number" }, String(row + 1)),
        make("span", { class: "grid-open", "data-open": "", title: "展开这一行（空格键）" }, "⤢"),
      );
      return holder;
    },
  } as unknown as Column<Row>;
}

/** The one place of the keyboard is ours; what scrolls is a group of rows and can be reached too. */
function dress(host: HTMLElement): void {
  for (const part of host.querySelectorAll<HTMLElement>("[tabindex='0']")) {
    if (part.classList.contains("slick-viewport")) part.setAttribute("role", "rowgroup");
    else if (part.classList.contains("slick-pane")) part.removeAttribute("tabindex");
    else {
      part.tabIndex = -1;
      part.setAttribute("aria-hidden", "true");
    }
  }
}

/** Rows say their place in the whole table, not in what is drawn of it. */
function number(host: HTMLElement): void {
  for (const line of host.querySelectorAll<HTMLElement>(".slick-row:not([aria-rowindex])")) {
    line.setAttribute("aria-rowindex", String(Number(line.dataset["row"]) + 2));
  }
}
