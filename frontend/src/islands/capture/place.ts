// Where the device is while photos are taken: the newest fix, and never an old one.
import type { Place } from "./types.ts";

const STALE_MS = 30_000; // a person walks 40 m in that time
const ASK_AGAIN_MS = 15_000;
const OPTIONS: PositionOptions = { enableHighAccuracy: true, maximumAge: 0, timeout: 20_000 };
const WHY: Readonly<Record<number, string>> = {
  1: "手机不允许定位",
  2: "没有定位信号",
  3: "定位太慢",
};

export class PlaceWatch {
  best: Place | null = null;
  private newest: Place | null = null;
  private why = "";
  private watching = 0;
  private askedAt = 0;

  start(): void {
    if (!window.isSecureContext || !("geolocation" in navigator)) {
      this.why = "手机不支持定位";
      return;
    }
    this.askedAt = Date.now();
    this.watching = navigator.geolocation.watchPosition(
      (fix) => this.found(fix),
      (error) => this.lost(error),
      OPTIONS,
    );
  }

  stop(): void {
    if (this.watching) navigator.geolocation.clearWatch(this.watching);
    this.watching = 0;
  }

  /** Where the device is; null when that is not known, or was known too long ago. */
  get now(): Place | null {
    const { newest } = this;
    return newest && Date.now() - Date.parse(newest.at) <= STALE_MS ? newest : null;
  }

  /** What the stamp says instead of a place. */
  get reason(): string {
    return this.why || "正在定位";
  }

  /** Called every second: a device that stands still may not report by itself. */
  refresh(): void {
    const quiet = this.newest ? Date.now() - Date.parse(this.newest.at) : Infinity;
    if (!this.watching || quiet < ASK_AGAIN_MS || Date.now() - this.askedAt < ASK_AGAIN_MS) return;
    this.askedAt = Date.now();
    navigator.geolocation.getCurrentPosition(
      (fix) => this.found(fix),
      (error) => this.lost(error),
      OPTIONS,
    );
  }

  private found(fix: GeolocationPosition): void {
    if (Date.now() - fix.timestamp > STALE_MS) return; // the device offers what it knew long ago
    const { latitude, longitude, accuracy } = fix.coords;
    this.newest = {
      lat: latitude,
      lng: longitude,
      accuracy,
      at: new Date(fix.timestamp).toISOString(),
      source: "browser",
    };
    this.why = "";
    if (accuracy <= (this.best?.accuracy ?? Infinity)) this.best = this.newest;
  }

  private lost(error: GeolocationPositionError): void {
    this.why = WHY[error.code] ?? "没有定位";
  }
}
