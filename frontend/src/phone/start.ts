// What every page does for the phone, and no more: the rest is fetched after the page stands.

type Invitation = Event & { prompt(): Promise<void> };
let invitation: Invitation | null = null;

/** The browser's offer to put the site on the home screen; null where it makes none. */
export const installOffer = (): Invitation | null => invitation;

export function startPhone(): void {
  window.addEventListener("beforeinstallprompt", (event) => {
    event.preventDefault(); // offered on the page of what waits, not over somebody's work
    invitation = event as Invitation;
    document.dispatchEvent(new Event("install-offered"));
  });
  if (holdsSomething()) void import("./bar.ts").then(({ bar }) => bar()).catch(() => undefined);
  const menu = document.querySelector("a[href='/outbox']");
  if (!menu || !document.documentElement.dataset["user"] || !("serviceWorker" in navigator)) return;
  const look = (): void => void import("./offline.ts").then(({ keepOffline }) => keepOffline());
  window.addEventListener("load", () => window.setTimeout(look, 1500)); // first the page itself
}

function holdsSomething(): boolean {
  try {
    return localStorage.getItem("phone-holds") !== null;
  } catch {
    return false;
  }
}
