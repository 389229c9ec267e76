// What others changed meanwhile: asked for every few seconds while somebody looks.
import type { Model } from "./model.ts";
import { type Transport, isAbort } from "./transport.ts";
import type { WireChanges, WireRow } from "./types.ts";

const EVERY_MS = 3000;
const HIDDEN_MS = 30_000;
const LONGEST_MS = 60_000;

export interface ChangeHooks {
  query(): string;
  held(): number[];
  /** `who` are the last writers of its cells, by field. */
  arrived(wire: WireRow, who: Readonly<Record<string, string>>): boolean;
  moved(count: number): void;
}

export class Changes {
  private readonly strangers = new Set<number>(); // rows that came or went and are not drawn so
  private pause = EVERY_MS;
  private timer = 0;
  private readonly leaving = new AbortController();

  constructor(
    private readonly transport: Transport,
    private readonly url: string,
    private readonly model: Model,
    private since: number,
    private readonly newest: number,
    private readonly hooks: ChangeHooks,
  ) {
    document.addEventListener("visibilitychange", () => {
      if (!document.hidden) this.wait(0);
    });
    window.addEventListener("pagehide", () => {
      window.clearTimeout(this.timer);
      this.leaving.abort();
    });
    this.wait(EVERY_MS);
  }

  private wait(ms: number): void {
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.ask(), ms);
  }

  private async ask(): Promise<void> {
    try {
      const parts = [this.hooks.query(), `since=${this.since}`, `have=${this.hooks.held().join(",")}`];
      const url = `${this.url}?${parts.filter(Boolean).join("&")}`;
      const found = await this.transport.get<WireChanges>(url, this.leaving.signal);
      this.since = Math.max(this.since, found.since);
      this.take(found);
      this.pause = EVERY_MS;
      if (found.more) return this.wait(0);
    } catch (error) {
      if (isAbort(error)) return;
      this.pause = Math.min(this.pause * 2, LONGEST_MS); // away for a while: ask less often
    }
    this.wait(document.hidden ? HIDDEN_MS : this.pause);
  }

  private take(found: WireChanges): void {
    for (const wire of found.rows) {
      if (!this.hooks.arrived(wire, found.who[wire[0]] ?? {}) && wire[0] > this.newest) this.strangers.add(wire[0]);
    }
    for (const id of found.gone) {
      if (this.model.markGone(id)) this.strangers.add(id);
    }
    this.hooks.moved(this.strangers.size);
  }
}
