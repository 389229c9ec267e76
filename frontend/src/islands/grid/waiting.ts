// Rows that take long: what is said meanwhile, how it is stopped, and how it goes on after that.
import type { Counting } from "./counting.ts";
import type { Model } from "./model.ts";
import type { Reader } from "./reader.ts";
import type { Status } from "./status.ts";
import { Refused, type Transport, saidBy } from "./transport.ts";

const STOPPED = "已停止。可以改筛选条件，或再试一次。";
const TOO_SLOW = "table.too_slow";

export class Waiting {
  private isLate = false;

  constructor(
    private readonly transport: Transport,
    private readonly about: string,
    private readonly reader: Reader,
    private readonly model: Model,
    private readonly counting: Counting,
    private readonly status: Status,
  ) {}

  /** Rows are late, or all asked for are here. */
  async late(isLate: boolean): Promise<void> {
    this.isLate = isLate;
    if (!isLate) return this.status.waited();
    const query = this.model.query;
    const all = await this.transport.get<{ all: boolean }>(`${this.about}?${query}`).then(
      (found) => found.all,
      () => false,
    );
    if (!this.isLate || query !== this.model.query) return;
    this.status.wait(all ? "这个筛选要读全部数据，正在读取…" : "数据较多，正在读取…");
  }

  /** Another query begins: nothing of the old one is said any more. */
  leave(): void {
    this.status.rest();
  }

  failed(error: unknown): void {
    if (!(error instanceof Refused) || error.body["code"] !== TOO_SLOW) return this.status.say(saidBy(error));
    this.model.halt();
    this.status.ended(error.message);
  }

  stop(): void {
    this.model.halt();
    this.reader.stop();
    this.counting.stop();
    this.status.ended(STOPPED);
  }

  again(): void {
    this.status.rest();
    this.model.resume();
    if (this.model.total === null) void this.counting.begin();
  }
}
