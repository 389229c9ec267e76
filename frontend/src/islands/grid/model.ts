// The rows as the grid sees them: a long list of which only the blocks near the screen are here.
import type { Row, WireAnchors, WireBlock, WireRow } from "./types.ts";
import { readRow } from "./types.ts";
import type { Reader } from "./reader.ts";
import { isAbort } from "./transport.ts";

const BLOCK = 100;
const MOST_BLOCKS = 80;
const PAUSE_MS = 30;

export interface Listeners {
  rows(from: number, to: number): void;
  length(): void;
  failed(error: unknown): void;
}

export class Model {
  private readonly rows = new Map<number, Row>();
  private readonly places = new Map<number, number>(); // row id -> index
  private readonly blocks = new Map<number, true>(); // loaded whole, the last used last
  private readonly pending = new Map<number, AbortController>();
  private readonly nexts = new Map<number, string>(); // index -> the cursor before it
  private anchors: WireAnchors | null = null;
  private end: number | null = null; // the number of rows, where it is known
  private reached = 0; // rows known to be there
  private wanted: readonly [number, number] = [0, 0];
  private timer = 0;
  private halted = false; // somebody stopped it: no more rows until he says so
  query: string;

  constructor(
    private readonly reader: Reader,
    private readonly url: string,
    query: string,
    private readonly tell: Listeners,
  ) {
    this.query = query;
  }

  /** Begin anew with another query; nothing of the old one is kept. */
  restart(query: string): void {
    this.query = query;
    this.halted = false;
    for (const each of this.pending.values()) each.abort();
    for (const kept of [this.rows, this.places, this.blocks, this.pending, this.nexts]) kept.clear();
    this.anchors = null;
    this.end = null;
    this.reached = 0;
    this.ensure(0, BLOCK);
  }

  /** The rows that came with the page. */
  seed(rows: readonly Row[], next: string | null): void {
    rows.forEach((row, index) => this.put(index, row));
    this.reached = rows.length;
    if (next === null) this.end = rows.length;
    else this.nexts.set(rows.length, next);
  }

  /** Length of the list: exact once counted, else what is known and room to scroll on. */
  getLength(): number {
    return this.end ?? this.reached + (this.halted ? 0 : BLOCK);
  }

  getItem(index: number): Row | undefined {
    return this.rows.get(index);
  }

  get total(): number | null {
    return this.end;
  }

  placeOf(id: number): number | undefined {
    return this.places.get(id);
  }

  ids(from: number, to: number): number[] {
    const found: number[] = [];
    for (let index = from; index <= to; index++) {
      const row = this.rows.get(index);
      if (row) found.push(row.id);
    }
    return found;
  }

  setAnchors(anchors: WireAnchors): void {
    this.anchors = anchors;
    this.end = anchors.total;
    this.tell.length();
    this.ensure(...this.wanted);
  }

  /** Put a newer version of a row in its place; false when it is not here. */
  replace(wire: WireRow): boolean {
    const place = this.places.get(wire[0]);
    if (place === undefined) return false;
    const held = this.rows.get(place);
    if (held && held.version > wire[1]) return true;
    this.rows.set(place, readRow(wire));
    this.tell.rows(place, place);
    return true;
  }

  markGone(id: number): boolean {
    const place = this.places.get(id);
    const row = place === undefined ? undefined : this.rows.get(place);
    if (!row || place === undefined || row.gone) return false;
    row.gone = true;
    this.tell.rows(place, place);
    return true;
  }

  touch(index: number): void {
    this.tell.rows(index, index);
  }

  /** Fetch what is missing between two rows; what was asked for elsewhere is no longer wanted. */
  ensure(from: number, to: number): void {
    this.wanted = [from, to];
    window.clearTimeout(this.timer);
    if (this.pending.size === 0) this.ask();
    else this.timer = window.setTimeout(() => this.ask(), PAUSE_MS);
  }

  /** Ask for no more rows; what is here stays. */
  halt(): void {
    this.halted = true;
    for (const each of this.pending.values()) each.abort();
    this.pending.clear();
    this.tell.length();
  }

  resume(): void {
    this.halted = false;
    this.tell.length();
    this.ensure(...this.wanted);
  }

  /** All rows between two, fetched if need be; for copying and filling what was never on screen. */
  async gather(from: number, to: number): Promise<(Row | undefined)[]> {
    for (let block = Math.floor(from / BLOCK); block <= Math.floor(to / BLOCK); block++) {
      if (!this.blocks.has(block)) await this.fetchBlock(block, new AbortController());
    }
    return Array.from({ length: to - from + 1 }, (_, offset) => this.rows.get(from + offset));
  }

  private ask(): void {
    if (this.halted) return;
    const [from, to] = this.wanted;
    const first = Math.max(0, Math.floor(from / BLOCK));
    const last = Math.floor(Math.min(to, this.getLength() - 1) / BLOCK);
    for (const [block, controller] of this.pending) {
      if (block < first - 1 || block > last + 1) {
        controller.abort();
        this.pending.delete(block);
      }
    }
    for (let block = first; block <= last; block++) {
      if (this.blocks.has(block)) this.use(block);
      else if (!this.pending.has(block)) {
        const controller = new AbortController();
        this.pending.set(block, controller);
        this.fetchBlock(block, controller)
          .catch((error: unknown) => {
            if (!isAbort(error)) this.tell.failed(error);
          })
          .finally(() => {
            if (this.pending.get(block) === controller) this.pending.delete(block);
          });
      }
    }
  }

  private async fetchBlock(block: number, controller: AbortController): Promise<void> {
    const place = this.cursorBefore(block * BLOCK);
    if (place === null) return; // before the anchors are here only what follows is known
    const asked = this.query;
    const parts = [asked, `limit=${BLOCK}`];
    if (place.after) parts.push(`after=${encodeURIComponent(place.after)}`);
    if (place.skip) parts.push(`skip=${place.skip}`);
    const url = `${this.url}?${parts.filter(Boolean).join("&")}`;
    const found = await this.reader.get<WireBlock>(url, controller.signal);
    if (asked === this.query) this.take(block, found);
  }

  private cursorBefore(index: number): { after: string; skip: number } | null {
    if (index === 0) return { after: "", skip: 0 };
    const next = this.nexts.get(index);
    if (next !== undefined) return { after: next, skip: 0 };
    if (!this.anchors) return null;
    const anchor = Math.floor(index / this.anchors.every);
    const after = this.anchors.cursors[anchor];
    return after === undefined ? null : { after, skip: index - anchor * this.anchors.every };
  }

  private take(block: number, found: WireBlock): void {
    const start = block * BLOCK;
    found.rows.forEach((wire, offset) => this.put(start + offset, readRow(wire)));
    const stop = start + found.rows.length;
    this.blocks.delete(block);
    this.blocks.set(block, true);
    const longer = stop > this.reached;
    this.reached = Math.max(this.reached, stop);
    if (found.next === null) {
      this.end = stop;
    } else {
      this.nexts.set(stop, found.next);
      if (this.end !== null && this.end <= stop) this.end = stop + 1; // more came since the count
    }
    this.forget();
    if (longer || found.next === null) this.tell.length();
    this.tell.rows(start, stop - 1);
  }

  private put(index: number, row: Row): void {
    this.rows.set(index, row);
    this.places.set(row.id, index);
  }

  private use(block: number): void {
    this.blocks.delete(block);
    this.blocks.set(block, true);
  }

  /** Let go of the blocks that were not looked at for longest. */
  private forget(): void {
    for (const block of this.blocks.keys()) {
      if (this.blocks.size <= MOST_BLOCKS) return;
      this.blocks.delete(block);
      for (let index = block * BLOCK; index < (block + 1) * BLOCK; index++) {
        const row = this.rows.get(index);
        if (row && this.places.get(row.id) === index) this.places.delete(row.id);
        this.rows.delete(index);
      }
    }
  }
}
