// Counting the rows and finding the places to jump by; it may read everything, so it can be stopped.
import type { Model } from "./model.ts";
import type { Reader } from "./reader.ts";
import type { Status } from "./status.ts";
import { isAbort, saidBy } from "./transport.ts";
import type { WireAnchors } from "./types.ts";

export class Counting {
  private running: AbortController | null = null;

  constructor(
    private readonly reader: Reader,
    private readonly url: string,
    private readonly model: Model,
    private readonly status: Status,
  ) {}

  stop(): void {
    this.running?.abort();
  }

  async begin(): Promise<void> {
    this.stop();
    const mine = new AbortController();
    this.running = mine;
    this.status.beginCount();
    try {
      const found = await this.reader.get<WireAnchors>(`${this.url}?${this.model.query}`, mine.signal);
      this.model.setAnchors(found);
      this.status.counted(found.total);
    } catch (error) {
      if (mine !== this.running) return;
      this.status.notCounted(isAbort(error) ? "已停止数行，仍可向下滚动" : saidBy(error));
    }
  }
}
