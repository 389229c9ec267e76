// Cells on their way to the server: shown at once, kept until they are stored or given up.
import type { Model } from "./model.ts";
import { Refused, type Transport, isAway, saidBy } from "./transport.ts";
import type { Row } from "./types.ts";

export type CellValue = string | { readonly id: number };

export interface Edit {
  readonly row: number; // the row's id
  readonly field: string;
  readonly value: CellValue;
  readonly shown: string;
  readonly was: string;
}

export interface Told {
  readonly row: number;
  readonly field: string;
  readonly sentence: string;
  readonly now?: string;
  readonly yours?: string;
  readonly who?: string;
}

export interface Outcome {
  readonly batch: string;
  readonly written: boolean;
  readonly sentence: string;
  readonly changed: readonly { row: number; field: string; shown: string; version: number | null }[];
  readonly conflicts: readonly Told[];
  readonly refused: readonly Told[];
}

export type Origin = "edit" | "paste" | "fill" | "clear";

interface Mark {
  readonly state: "saving" | "unsaved" | "refused";
  readonly said: string;
  readonly shown: string;
  readonly was: string;
}

interface Stacks {
  readonly undo: readonly { batch: string }[];
  readonly redo: readonly { batch: string }[];
}

interface Asks {
  conflict(told: Told): Promise<"mine" | "theirs">;
  unfit(outcome: Outcome, edits: readonly Edit[]): Promise<boolean>;
  say(sentence: string): void;
}

const UNSAVED = "未保存：网络不通，接通后会自动再存。";
const LONGEST_PAUSE_MS = 30_000;

export class Saver {
  private readonly marks = new Map<string, Mark>();
  private queue: Promise<unknown> = Promise.resolve();
  private waiting = 0;
  private readonly done: string[] = []; // batches of this page, the newest last
  private readonly undone: string[] = [];

  constructor(
    private readonly transport: Transport,
    private readonly model: Model,
    private readonly places: ReadonlyMap<string, number>,
    private readonly urls: { cells: string; undo: string; undoable: string },
    private readonly asks: Asks,
  ) {
    window.addEventListener("beforeunload", (event) => {
      if (this.waiting > 0) event.preventDefault();
    });
  }

  mark(row: Row, field: string): Mark | undefined {
    return this.marks.get(`${row.id}:${field}`);
  }

  /** A fresh row from elsewhere must not cover what was typed and is not stored yet. */
  keepTyped(row: Row): void {
    for (const [field, place] of this.places) {
      const mark = this.marks.get(`${row.id}:${field}`);
      if (mark) row.cells[place] = mark.shown;
    }
  }

  /** Show the edits at once and store them after those before them. */
  save(edits: readonly Edit[], origin: Origin, skipUnfit = false): Promise<void> {
    if (edits.length === 0) return Promise.resolve();
    this.show(edits, "saving");
    this.waiting += 1;
    const turn = this.queue.then(() => this.store(edits, origin, skipUnfit));
    this.queue = turn.catch(() => undefined).finally(() => (this.waiting -= 1));
    return turn;
  }

  /** What the server would say to the edits; nothing is written. */
  preview(edits: readonly Edit[], origin: Origin): Promise<Outcome> {
    return this.transport.post<Outcome>(this.urls.cells, message(edits, origin, { preview: true }));
  }

  undo(): Promise<void> {
    return this.takeBack("undo", "没有可以撤销的修改。");
  }

  redo(): Promise<void> {
    return this.takeBack("redo", "没有可以重做的修改。");
  }

  /** Give up what was refused in a cell; false when nothing was. */
  forget(row: Row, field: string): boolean {
    const mark = this.mark(row, field);
    if (mark?.state !== "refused") return false;
    this.marks.delete(`${row.id}:${field}`);
    this.put(row.id, field, mark.was);
    return true;
  }

  private async store(edits: readonly Edit[], origin: Origin, skipUnfit: boolean): Promise<void> {
    const sent = message(edits, origin, { skip_unfit: skipUnfit });
    let away = false;
    for (let pause = 2000; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
      try {
        const outcome = await this.transport.post<Outcome>(this.urls.cells, sent);
        this.settle(edits, outcome);
        if (outcome.changed.length > 0) this.done.push(outcome.batch);
        this.undone.length = 0;
        if (edits.length > 1 || outcome.refused.length) this.asks.say(outcome.sentence);
        else this.asks.say(away ? "网络已接通，刚才的修改已保存。" : ""); // what was said of an earlier one is over
        return;
      } catch (error) {
        if (error instanceof Refused && Array.isArray(error.body["changed"])) {
          return this.answer(edits, origin, error.body as unknown as Outcome);
        }
        if (!isAway(error)) {
          this.refuse(edits, saidBy(error));
          return;
        }
        away = true;
        this.show(edits, "unsaved", UNSAVED);
        this.asks.say(UNSAVED);
        await this.pause(pause);
      }
    }
  }

  /** Nothing was written: two values for one cell, or values that do not fit. */
  private async answer(edits: readonly Edit[], origin: Origin, outcome: Outcome): Promise<void> {
    const fields = new Set(outcome.conflicts.map((each) => `${each.row}:${each.field}`));
    if (outcome.refused.length > 0) {
      if (edits.length === 1) {
        this.refuse(edits, outcome.refused[0]?.sentence ?? outcome.sentence);
        return;
      }
      this.restore(edits);
      if (await this.asks.unfit(outcome, edits)) void this.save(edits, origin, true);
      return;
    }
    if (outcome.conflicts.length === 0) return this.refuse(edits, outcome.sentence);
    const again: Edit[] = edits.filter((edit) => !fields.has(`${edit.row}:${edit.field}`));
    for (const told of outcome.conflicts) {
      const edit = edits.find((each) => each.row === told.row && each.field === told.field);
      if (!edit) continue;
      const was = told.now ?? "";
      if ((await this.asks.conflict(told)) === "mine") again.push({ ...edit, was });
      else this.put(told.row, told.field, was);
    }
    this.clear(edits);
    if (again.length) void this.save(again, origin);
  }

  /** Take back the newest batch, of this page's or else of this person's; or do it again. */
  private async takeBack(which: "undo" | "redo", nothing: string): Promise<void> {
    await this.queue;
    const [from, to] = which === "undo" ? [this.done, this.undone] : [this.undone, this.done];
    try {
      const batch = from.pop() ?? (await this.transport.get<Stacks>(this.urls.undoable))[which][0]?.batch;
      if (!batch) return this.asks.say(nothing);
      const sent = { batch, id: newId() };
      const outcome = await this.transport.post<Outcome>(this.urls.undo, sent);
      this.settle([], outcome);
      to.push(sent.id);
      this.asks.say(`${which === "undo" ? "已撤销" : "已重做"}。${outcome.sentence}`);
    } catch (error) {
      const body = error instanceof Refused ? error.body : {};
      if (Array.isArray(body["changed"])) this.settle([], body as unknown as Outcome);
      this.asks.say(saidBy(error));
    }
  }

  private settle(edits: readonly Edit[], outcome: Outcome): void {
    this.clear(edits);
    for (const each of outcome.changed) {
      const row = this.put(each.row, each.field, each.shown);
      if (row && each.version) row.version = Math.max(row.version, each.version);
    }
    for (const each of outcome.refused) {
      const edit = edits.find((one) => one.row === each.row && one.field === each.field);
      if (edit) this.put(edit.row, edit.field, edit.was);
    }
  }

  private refuse(edits: readonly Edit[], sentence: string): void {
    this.show(edits, "refused", sentence);
    this.asks.say(sentence);
  }

  private restore(edits: readonly Edit[]): void {
    this.clear(edits);
    for (const edit of edits) this.put(edit.row, edit.field, edit.was);
  }

  private show(edits: readonly Edit[], state: Mark["state"], said = ""): void {
    for (const edit of edits) {
      this.marks.set(`${edit.row}:${edit.field}`, { state, said, shown: edit.shown, was: edit.was });
      this.put(edit.row, edit.field, edit.shown);
    }
  }

  private clear(edits: readonly Edit[]): void {
    for (const edit of edits) {
      this.marks.delete(`${edit.row}:${edit.field}`);
      const place = this.model.placeOf(edit.row);
      if (place !== undefined) this.model.touch(place);
    }
  }

  private put(id: number, field: string, shown: string): Row | undefined {
    const index = this.model.placeOf(id);
    const place = this.places.get(field);
    const row = index === undefined ? undefined : this.model.getItem(index);
    if (!row || index === undefined || place === undefined) return row;
    row.cells[place] = shown;
    this.model.touch(index);
    return row;
  }

  private pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = window.setTimeout(go, ms);
      function go(): void {
        window.clearTimeout(timer);
        window.removeEventListener("online", go);
        resolve();
      }
      window.addEventListener("online", go);
    });
  }
}

function message(edits: readonly Edit[], origin: Origin, more: object): object {
  const cells = edits.map(({ row, field, value, was }) => ({ row, field, value, was }));
  return { batch: newId(), origin, edits: cells, ...more };
}

function newId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16)); // randomUUID wants a secure address
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
