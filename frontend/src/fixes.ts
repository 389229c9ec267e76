// The one watch of this device's position that a page has: a second would hear nothing while the
// first runs and the device stands still.
import type { Place } from "./phone/db.ts";

export type Listener = { found(place: Place): void; lost(code: number): void };

/** A person walks some 40 m in this time: an older position is not where something is. */
export const STALE_MS = 30_000;
const PACE_MS = 2_000;
const OPTIONS: PositionOptions = { enableHighAccuracy: true, maximumAge: 0, timeout: 20_000 };
const listeners = new Set<Listener>();
let watching = 0;
let newest: Place | null = null;
let last: { stamp: number; came: number } | null = null;
let ahead = 0; // milliseconds that the phone's clock runs before the satellites', which stamp fixes

/** Whether this browser lets a page ask where it is. */
export const canLocate = (): boolean => window.isSecureContext && "geolocation" in navigator;

export const isFresh = (place: Place | null): place is Place =>
  place !== null && Date.now() - Date.parse(place.at) <= STALE_MS;

/** Hear each fix, the newest one at once if it is fresh; returns how to stop. */
export function listen(listener: Listener): () => void {
  listeners.add(listener);
  if (!watching) watch();
  queueMicrotask(() => {
    if (isFresh(newest) && listeners.has(listener)) listener.found(newest);
  });
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) unwatch();
  };
}

/** Ask the device anew: one that stands still may not report by itself. */
export function askAgain(): void {
  unwatch();
  if (listeners.size > 0) watch();
}

function watch(): void {
  watching = navigator.geolocation.watchPosition(found, lost, OPTIONS);
}

function unwatch(): void {
  if (watching) navigator.geolocation.clearWatch(watching);
  watching = 0;
  last = null;
}

function found({ coords, timestamp }: GeolocationPosition): void {
  const { latitude: lat, longitude: lng, accuracy } = coords;
  const came = Date.now();
  if (keepsPace(timestamp, came)) ahead = Math.max(0, came - timestamp);
  last = { stamp: timestamp, came };
  const at = new Date(Math.min(timestamp + ahead, came)).toISOString();
  const place: Place = { lat, lng, accuracy, at, source: "browser" };
  if (!isFresh(place)) return; // the device offers what it knew long ago
  newest = place;
  for (const listener of [...listeners]) listener.found(place);
}

/** Whether this fix was measured as long after the one before it as it came: then both are of now,
 * whatever the phone's clock says. */
function keepsPace(stamp: number, came: number): boolean {
  if (!last || stamp <= last.stamp) return false;
  return Math.abs(stamp - last.stamp - (came - last.came)) < PACE_MS;
}

function lost({ code }: GeolocationPositionError): void {
  for (const listener of [...listeners]) listener.lost(code);
}
