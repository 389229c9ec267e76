// Where the device is while photos are taken: the newest fix, and never an old one.
import { askAgain, canLocate, isFresh, listen } from "../../fixes.ts";
import type { Place } from "./types.ts";

const ASK_AGAIN_MS = 12_000;
const WHY: Readonly<Record<number, string>> = {
  1: "手机不允许定位",
  2: "没有定位信号",
  3: "定位太慢",
};

export class PlaceWatch {
  best: Place | null = null;
  private newest: Place | null = null;
  private why = "";
  private askedAt = 0;
  private leave: () => void = () => undefined;

  start(): void {
    if (!canLocate()) {
      this.why = "手机不支持定位";
      return;
    }
    this.askedAt = Date.now();
    this.leave = listen({
      found: (place) => this.found(place),
      lost: (code) => void (this.why = WHY[code] ?? "没有定位"),
    });
  }

  stop(): void {
    this.leave();
  }

  /** Where the device is; null when that is not known, or was known too long ago. */
  get now(): Place | null {
    return isFresh(this.newest) ? this.newest : null;
  }

  /** What the stamp says instead of a place. */
  get reason(): string {
    return this.why || "正在定位";
  }

  /** Called every second: a device that stands still may not report by itself. */
  refresh(): void {
    const quiet = this.newest ? Date.now() - Date.parse(this.newest.at) : Infinity;
    if (!canLocate() || quiet < ASK_AGAIN_MS || Date.now() - this.askedAt < ASK_AGAIN_MS) return;
    this.askedAt = Date.now();
    askAgain();
  }

  private found(place: Place): void {
    this.newest = place;
    this.why = "";
    if ((place.accuracy ?? Infinity) <= (this.best?.accuracy ?? Infinity)) this.best = place;
  }
}
