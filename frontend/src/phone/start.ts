// What every page does for the phone, and no more: the rest is fetched after the page stands.

type Invitation = Event & { prompt(): Promise<void> };
let invitation: Invitation | null = null;

/** The browser's offer to put the site on the home screen; null where it makes none. */
export const installOffer = (): Invitation | null => invitation;

const SAID = "phone-said";

/** Leave a sentence for the page that comes next. */
export function sayNext(sentence: string): void {
  quietly(() => sessionStorage.setItem(SAID, sentence));
}

function sayNow(): void {
  const sentence = quietly(() => sessionStorage.getItem(SAID));
  const place = document.querySelector("main .flashes");
  if (!sentence || !place) return;
  quietly(() => sessionStorage.removeItem(SAID));
  const line = document.createElement("div");
  line.className = "flash flash-success";
  line.dataset["accepted"] = ""; // as the server marks its own
  line.append(Object.assign(document.createElement("p"), { textContent: sentence }));
  place.append(line);
}

/** Where a browser forbids storage there is simply nothing in it. */
function quietly<T>(work: () => T): T | null {
  try {
    return work();
  } catch {
    return null;
  }
}

export function startPhone(): void {
  sayNow();
  window.addEventListener("beforeinstallprompt", (event) => {
    event.preventDefault(); // offered on the page of what waits, not over somebody's work
    invitation = event as Invitation;
    document.dispatchEvent(new Event("install-offered"));
  });
  const holds = quietly(() => localStorage.getItem("phone-holds"));
  if (holds) void import("./bar.ts").then(({ bar }) => bar()).catch(() => undefined);
  const menu = document.querySelector("a[href='/outbox']");
  if (!menu || !document.documentElement.dataset["user"] || !("serviceWorker" in navigator)) return;
  const look = (): void => void import("./offline.ts").then(({ keepOffline }) => keepOffline()).catch(() => undefined);
  window.addEventListener("load", () => window.setTimeout(look, 1500)); // first the page itself
}
