// The service worker's own world, as far as it is used here; the page's types do not know it.

export type Lasting = Event & { waitUntil(work: Promise<unknown>): void };
export type Fetching = Lasting & {
  request: Request;
  preloadResponse?: Promise<Response | undefined>;
  respondWith(answer: Response | Promise<Response>): void;
};
export type Told = Lasting & { data: unknown };
export type Waking = Lasting & { tag: string };

type Scope = {
  location: Location;
  registration: { navigationPreload?: { enable(): Promise<void>; disable(): Promise<void> } };
  clients: { claim(): Promise<void>; matchAll(wanted: { type: "window" }): Promise<readonly unknown[]> };
  skipWaiting(): Promise<void>;
  addEventListener(name: "install" | "activate", call: (event: Lasting) => void): void;
  addEventListener(name: "fetch", call: (event: Fetching) => void): void;
  addEventListener(name: "message", call: (event: Told) => void): void;
  addEventListener(name: "sync", call: (event: Waking) => void): void;
};

export const scope = self as unknown as Scope;
