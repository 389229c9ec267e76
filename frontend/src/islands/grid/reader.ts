// Readings that may take long: each carries a token by which the server can end it, and says when it is late.
import { newToken, stopRun } from "../../runs.ts";
import type { Transport } from "./transport.ts";

const LATE_MS = 700;
const TOLD_MS = 150; // what is given up sooner has hardly begun

export class Reader {
  private readonly going = new Set<AbortController>();
  private late = 0;

  constructor(
    private readonly transport: Transport,
    private readonly stopUrl: string,
    private readonly csrf: string,
    private readonly tell: (late: boolean) => void,
  ) {
    window.addEventListener("pagehide", () => this.stop());
  }

  async get<T>(url: string, signal?: AbortSignal): Promise<T> {
    const mine = new AbortController();
    const giveUp = (): void => mine.abort();
    const run = newToken();
    const began = performance.now();
    let late = false;
    const timer = window.setTimeout(() => {
      late = true;
      this.count(1);
    }, LATE_MS);
    mine.signal.addEventListener("abort", () => {
      if (performance.now() - began > TOLD_MS) stopRun(this.stopUrl, this.csrf, run);
    });
    signal?.addEventListener("abort", giveUp);
    if (signal?.aborted) giveUp();
    this.going.add(mine);
    try {
      return await this.transport.get<T>(`${url}&run=${run}`, mine.signal);
    } finally {
      window.clearTimeout(timer);
      signal?.removeEventListener("abort", giveUp);
      this.going.delete(mine);
      if (late) this.count(-1);
    }
  }

  stop(): void {
    for (const each of this.going) each.abort();
  }

  private count(by: number): void {
    const before = this.late > 0;
    this.late += by;
    if (before !== this.late > 0) this.tell(this.late > 0);
  }
}
