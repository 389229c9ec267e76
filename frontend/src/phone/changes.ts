// Tells every page of this browser that what the phone holds has changed.

const NAME = "xiaohao-phone";
const HOLDS = "phone-holds"; // read by main.ts before anything else is fetched
const listeners = new Set<() => void>();
const channel = typeof BroadcastChannel === "undefined" ? null : new BroadcastChannel(NAME);

channel?.addEventListener("message", hear);

function hear(): void {
  for (const listener of [...listeners]) listener();
}

/** Call back after each change, of this page or another; returns how to stop. */
export function onChange(callback: () => void): () => void {
  listeners.add(callback);
  return () => listeners.delete(callback);
}

/** Say that something changed. */
export function changed(): void {
  channel?.postMessage("changed");
  hear();
}

/** Leave a mark that a page can read without opening the database: is there anything to send? */
export function markHolding(holds: boolean): void {
  if (typeof localStorage === "undefined") return; // the service worker has none; the next page marks
  try {
    if (holds) localStorage.setItem(HOLDS, "1");
    else localStorage.removeItem(HOLDS);
  } catch {
    // no storage allowed: the mark is missing and the bar with it
  }
}
