// The service worker: keeps what a phone needs to open without network, and sends when it is back.
import { PrecacheController } from "workbox-precaching/PrecacheController";
import { registerRoute } from "workbox-routing/registerRoute";
import { allRecords } from "../phone/store.ts";
import { send } from "../phone/sync.ts";
import { fetchStack } from "./fetch-stack.ts";
import {
  ageOf,
  buildOf,
  buildsInUse,
  copyOf,
  forget,
  isForReading,
  isThumb,
  keepPage,
  textOf,
  thumb,
} from "./pages.ts";
import { type Fetching, scope } from "./scope.ts";

declare const __SHELL__: readonly string[]; // addresses of the built files, put in by the build

const SOON_MS = 4000; // a copy at once is better than a page later
const FRESH_MS = 30 * 60 * 1000;
const MOST_LINKED = 24; // pages: a dozen problems, each with its form
const LISTS = /^\/(today|unit|brigade)$/;
const build = __SHELL__.map(buildOf).find(Boolean) ?? "";
const shell = new PrecacheController({ fallbackToNetwork: true });
shell.addToCacheList(__SHELL__.map((url) => ({ url, revision: null })));

scope.addEventListener("install", (event) => {
  void shell.install(event as Parameters<typeof shell.install>[0]);
  event.waitUntil(scope.skipWaiting());
});
scope.addEventListener("activate", (event) => {
  event.waitUntil(askWhileWaking());
  event.waitUntil(scope.clients.claim());
});

// Files of this build, and of the one before it while a page of that one is open.
registerRoute(
  ({ url, sameOrigin }) => sameOrigin && url.pathname.startsWith("/static/assets/"),
  ({ request }) => built(request),
);
registerRoute(
  ({ url, sameOrigin }) => sameOrigin && isThumb(url),
  ({ request }) => thumb(request),
);
registerRoute(
  ({ url, request }) => request.mode === "navigate" && isForReading(url),
  ({ event }) => page(event as unknown as Fetching),
);
registerRoute(
  ({ request }) => request.mode === "navigate",
  async ({ event }) => {
    try {
      return await fromServer(event as unknown as Fetching);
    } catch {
      return nothingHere();
    }
  },
);
registerRoute(
  ({ url }) => url.pathname === "/logout",
  async ({ request, event }) => {
    (event as unknown as Fetching).waitUntil(forget());
    return fetch(request);
  },
  "POST",
);

/** A page is asked for while this worker wakes; not in Firefox, which shows its own page of errors
 * as soon as that fails, whatever this worker answers. */
async function askWhileWaking(): Promise<void> {
  const early = scope.registration.navigationPreload;
  await (/\bFirefox\//.test(navigator.userAgent) ? early?.disable() : early?.enable());
}

async function built(request: Request): Promise<Response> {
  const kept = await caches.match(request);
  if (kept) return kept;
  try {
    return await fetch(request);
  } catch (error) {
    if (request.destination !== "style") throw error;
    return new Response("", { headers: { "Content-Type": "text/css" } }); // the shipped type face
  }
}

/** The server's page if it comes soon, else the copy; what comes late is kept for the next time. */
async function page(event: Fetching): Promise<Response> {
  const address = event.request.url;
  const fresh = fromServer(event);
  event.waitUntil(fresh.then((answer) => keepPage(address, answer.clone())).catch(() => undefined));
  const soon = fresh.then((answer) => answer.clone());
  const answer = await Promise.race([soon.catch(() => null), after(SOON_MS)]);
  if (answer && answer.status < 500) return answer;
  const copy = await copyOf(address);
  if (copy) return copy;
  return soon.catch(() => nothingHere());
}

const after = (ms: number): Promise<null> => new Promise((resolve) => setTimeout(() => resolve(null), ms));

async function fromServer(event: Fetching): Promise<Response> {
  return (await event.preloadResponse) ?? fetch(event.request);
}

function nothingHere(): Response {
  const style = __SHELL__.find((url) => /\/main-[^/]*\.css$/.test(url)) ?? "";
  const html = `<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>没有网络 · 销号台</title><link rel="stylesheet" href="${style}"></head><body><main class="site-main"><div class="container-xl"><h1>没有网络</h1><p>这一页没有存在手机上，有网络时再打开。</p><p class="actions"><a class="btn btn-primary" href="/outbox">待发送</a> <a class="btn btn-plain" href="/">首页</a></p></div></main></body></html>`;
  return new Response(html, { status: 503, headers: { "Content-Type": "text/html; charset=utf-8" } });
}

// --- what a page asks for after it has loaded ---

scope.addEventListener("message", (event) => {
  const asked = event.data as { warm?: string[] } | null;
  if (asked?.warm) event.waitUntil(warm(asked.warm).catch(() => undefined));
});

/** Keep the pages of one's day, and those that the lists lead to, with their small pictures. */
async function warm(paths: readonly string[]): Promise<void> {
  const addresses = paths.map((path) => new URL(path, scope.location.origin)).filter(isForReading);
  for (const url of addresses) await refresh(url.href);
  if (!isSparing()) {
    const lists = addresses.filter((url) => LISTS.test(url.pathname));
    for (const url of lists) await warmLinked(await textOf(url.href));
  }
  await dropOldFiles();
}

async function warmLinked(html: string): Promise<void> {
  const links = new Set([...html.matchAll(/href="(\/problems\/\d+(?:\/submit)?)[#"]/g)].map((hit) => hit[1] ?? ""));
  const chosen = [...links].slice(0, MOST_LINKED);
  for (const path of chosen) await refresh(new URL(path, scope.location.origin).href);
  const pictures = [html, ...(await Promise.all(chosen.map((path) => textOf(new URL(path, scope.location.origin).href))))];
  for (const text of pictures) {
    for (const hit of text.matchAll(/src="(\/photos\/[^"/]+\/(?:thumb|card))"/g)) {
      await thumb(new URL(hit[1] ?? "", scope.location.origin).href);
    }
  }
}

async function refresh(address: string): Promise<void> {
  const kept = await ageOf(address);
  if (kept.age < FRESH_MS && kept.build === build) return;
  await keepPage(address, await fetch(address, { credentials: "same-origin", cache: "no-store" }));
}

/** Whether the person pays dearly for every byte. */
function isSparing(): boolean {
  const line = (navigator as Navigator & { connection?: { saveData?: boolean; effectiveType?: string } }).connection;
  return line?.saveData === true || /2g$/.test(line?.effectiveType ?? "");
}

/** Files of earlier builds go when no page, open or kept, can ask for them any more. */
async function dropOldFiles(): Promise<void> {
  const open = await scope.clients.matchAll({ type: "window" });
  const kept = await buildsInUse();
  if (open.length > 1 || [...kept].some((one) => one !== build)) return;
  const cache = await caches.open(shell.strategy.cacheName);
  const wanted = new Set(__SHELL__.map((url) => new URL(url, scope.location.origin).href));
  for (const key of await cache.keys()) if (!wanted.has(key.url)) await cache.delete(key);
}

// --- network is back, whether a page is open or not ---

scope.addEventListener("sync", (event) => {
  if (event.tag === "send") event.waitUntil(sendNow());
});

async function sendNow(): Promise<void> {
  await send({ way: { stack: fetchStack } });
  const left = (await allRecords()).some((one) => one.state === "waiting" && one.tries > 0);
  if (left) throw new Error("not all could be sent: the browser asks again");
}
