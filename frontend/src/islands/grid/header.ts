// The heads of columns: sorting, widths, order, and a menu that the keyboard reaches too.
import { make } from "../../dom.ts";
import type { Transport } from "./transport.ts";
import type { ColumnFacts, Facts } from "./types.ts";
import { HEAD, type Sheet } from "./view.ts";

const SAVE_AFTER_MS = 600;

export interface HeaderHooks {
  /** The rows in another order; the address says so already. */
  reorder(query: string): void;
  focusBack(): void;
}

export class Header {
  private sort: [string, boolean][];
  private widths = 0;
  private menu: HTMLElement | null = null;

  constructor(
    private readonly sheet: Sheet,
    private readonly facts: Facts,
    private readonly columns: ReadonlyMap<string, ColumnFacts>,
    private readonly transport: Transport,
    private readonly hooks: HeaderHooks,
  ) {
    this.sort = facts.sort.map(([field, down]) => [field, down]);
    sheet.onSort.subscribe((_event, args) => {
      const found = "sortCols" in args ? undefined : args;
      const field = String(found?.sortCol?.id ?? "");
      if (field) this.sortBy(field, found?.sortAsc === false);
    });
    sheet.onColumnsResized.subscribe(() => this.saveWidths());
    sheet.onColumnsReordered.subscribe(() => this.changed("cols", this.order().join(",")));
    sheet.onHeaderContextMenu.subscribe((event, args) => {
      event.preventDefault();
      if (args.column) this.openMenu(String(args.column.id));
    });
    document.addEventListener("pointerdown", (event) => {
      if (this.menu && !this.menu.contains(event.target as Node)) this.closeMenu();
    });
    this.dress();
  }

  sortBy(field: string, down: boolean): void {
    this.sort = [[field, down]];
    this.dress();
    this.hooks.reorder(this.changed("sort", down ? `-${field}` : field));
  }

  /** The menu of a column, beneath its head. */
  openMenu(field: string): void {
    const column = this.columns.get(field);
    const head = this.sheet.getHeaderColumn(field);
    if (!column || !head) return;
    this.closeMenu();
    const menu = make("div", { class: "menu-panel grid-menu", role: "menu", "aria-label": `${column.name}列` });
    const item = (label: string, act: () => void): void => {
      const button = make("button", { type: "button", role: "menuitem" }, label);
      button.addEventListener("click", () => {
        this.closeMenu();
        act();
        this.hooks.focusBack();
      });
      menu.append(button);
    };
    if (column.sort) {
      item("升序排列", () => this.sortBy(field, false));
      item("降序排列", () => this.sortBy(field, true));
    }
    const place = this.order().indexOf(field);
    item("左移一列", () => this.shift(place, -1));
    item("右移一列", () => this.shift(place, 1));
    item("固定到这一列", () => this.visit("freeze", String(place + 1)));
    item("不固定列", () => this.visit("freeze", "0"));
    item("隐藏这一列", () => this.visit("cols", this.order().filter((each) => each !== field).join(",")));
    this.drop(menu, head);
  }

  private drop(menu: HTMLElement, head: HTMLElement): void {
    const box = head.getBoundingClientRect();
    menu.addEventListener("keydown", (event) => {
      const items = [...menu.querySelectorAll<HTMLElement>("button")];
      const at = items.indexOf(document.activeElement as HTMLElement);
      if (event.key === "Escape" || event.key === "Tab") {
        event.preventDefault();
        this.closeMenu();
        this.hooks.focusBack();
      } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        event.preventDefault();
        const step = event.key === "ArrowDown" ? 1 : -1;
        items[(at + step + items.length) % items.length]?.focus();
      }
    });
    document.body.append(menu);
    menu.style.position = "fixed";
    menu.style.right = "auto";
    menu.style.top = `${box.bottom + 2}px`;
    menu.style.left = `${Math.max(8, Math.min(box.left, window.innerWidth - 260))}px`;
    this.menu = menu;
    menu.querySelector<HTMLElement>("button")?.focus();
  }

  private closeMenu(): void {
    this.menu?.remove();
    this.menu = null;
  }

  private order(): string[] {
    return this.sheet.getColumns().map((column) => String(column.id)).filter((id) => id !== HEAD);
  }

  private shift(place: number, by: number): void {
    const order = this.order();
    const [moved] = order.splice(place, 1);
    if (moved === undefined) return;
    order.splice(Math.max(0, place + by), 0, moved);
    this.visit("cols", order.join(","));
  }

  /** Sorted heads say so, to eyes and to screen readers. */
  private dress(): void {
    this.sheet.setSortColumns(this.sort.map(([field, down]) => ({ columnId: field, sortAsc: !down })));
    for (const column of this.sheet.getColumns()) {
      const head = this.sheet.getHeaderColumn(column.id);
      const term = this.sort.find(([field]) => field === column.id);
      if (!term) head?.removeAttribute("aria-sort");
      else head?.setAttribute("aria-sort", term[1] ? "descending" : "ascending");
    }
  }

  private saveWidths(): void {
    window.clearTimeout(this.widths);
    this.widths = window.setTimeout(() => {
      const widths: Record<string, number> = {};
      for (const column of this.sheet.getColumns()) {
        const known = this.columns.get(String(column.id));
        const width = Math.round(column.width ?? 0);
        if (known && width !== known.width) widths[String(column.id)] = width;
      }
      const query = new URLSearchParams(window.location.search).get("view");
      const url = `${this.facts.urls["widths"] ?? ""}${query ? `?view=${query}` : ""}`;
      this.transport.post(url, { widths }).catch(() => undefined); // a width is not worth a word
    }, SAVE_AFTER_MS);
  }

  /** The address with one parameter replaced; it is in the history, nothing is loaded. */
  private changed(name: string, value: string): string {
    const pairs = new URLSearchParams(window.location.search);
    for (const place of ["after", "skip", "limit"]) pairs.delete(place);
    pairs.set(name, value);
    window.history.pushState(null, "", `?${pairs.toString()}`);
    return pairs.toString();
  }

  private visit(name: string, value: string): void {
    this.changed(name, value);
    window.location.reload();
  }
}
