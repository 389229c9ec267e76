// Pages kept for reading without network: of one person at a time, each with the time it was kept.

const PREFIX = "pages-";
const THUMBS = "thumbs";
const KEPT_AT = "x-kept-at";
const BUILD = "x-build";
const MOST_THUMBS = 400;
const FLASHES = /(<div role="status" class="flashes">)[\s\S]*?\n(<\/div>)/;

/** The start script's address names the build that a page belongs to. */
export const buildOf = (text: string): string => /\/assets\/(main-[\w-]+)\.js/.exec(text)?.[1] ?? "";

const userOf = (html: string): string => /<html[^>]* data-user="(\d+)"/.exec(html)?.[1] ?? "";

/** Whether this address is a page that people open outdoors. */
export function isForReading(url: URL): boolean {
  return /^\/(today|report|mine|outbox|unit|brigade|drafts\/\d+|reported\/\d+|problems\/\d+(\/(submit|evidence))?)?$/.test(
    url.pathname,
  );
}

/** The address a page is kept under: what a form goes on with, or that a session ended, is no part. */
function keyOf(address: string): string {
  const url = new URL(address);
  for (const name of ["record", "over"]) url.searchParams.delete(name);
  url.hash = "";
  return url.href;
}

async function own(): Promise<string | undefined> {
  return (await caches.keys()).find((name) => name.startsWith(PREFIX));
}

/** Keep a page as it came, its passing messages left out. Another person's pages go. */
export async function keepPage(address: string, answer: Response): Promise<void> {
  if (!answer.ok || answer.redirected || answer.type !== "basic") return;
  if (!(answer.headers.get("Content-Type") ?? "").startsWith("text/html")) return;
  const html = await answer.text();
  const user = userOf(html);
  if (!user) return; // a stranger's page, or a look through another's eyes
  const name = PREFIX + user;
  for (const other of await caches.keys()) {
    if (other.startsWith(PREFIX) && other !== name) {
      await caches.delete(other);
      await caches.delete(THUMBS);
    }
  }
  const headers = new Headers(answer.headers);
  headers.set(KEPT_AT, new Date().toISOString());
  headers.set(BUILD, buildOf(html));
  const copy = new Response(html.replace(FLASHES, "$1\n$2"), { headers });
  await (await caches.open(name)).put(keyOf(address), copy);
}

/** Forget all that was kept for reading: somebody signed out. */
export async function forget(): Promise<void> {
  for (const name of await caches.keys()) {
    if (name.startsWith(PREFIX) || name === THUMBS) await caches.delete(name);
  }
}

async function find(address: string): Promise<Response | undefined> {
  const name = await own();
  if (!name) return undefined;
  const cache = await caches.open(name);
  return (await cache.match(keyOf(address))) ?? cache.match(keyOf(address), { ignoreSearch: true });
}

/** The copy of a page with a line that says how old it is; undefined without one. */
export async function copyOf(address: string): Promise<Response | undefined> {
  const kept = await find(address);
  if (!kept) return new URL(address).pathname === "/" ? firstPage() : undefined;
  const at = new Date(kept.headers.get(KEPT_AT) ?? "");
  if (new URL(address).pathname === "/outbox") return kept; // what it shows is the phone's own, and new
  const line = `<div class="flash flash-offline"><p>离线，显示的是 ${said(at)} 的内容。填写和拍照照常，有网络后自动发送。</p></div>`;
  const html = (await kept.text()).replace(FLASHES, `$1${line}\n$2`);
  return new Response(html, { headers: kept.headers });
}

async function firstPage(): Promise<Response | undefined> {
  for (const path of ["/today", "/unit", "/brigade", "/mine", "/outbox"]) {
    const url = new URL(path, self.location.origin).href;
    if (await find(url)) return Response.redirect(url);
  }
  return undefined;
}

function said(at: Date): string {
  const two = (figure: number): string => String(figure).padStart(2, "0");
  return `${at.getMonth() + 1}月${at.getDate()}日 ${two(at.getHours())}:${two(at.getMinutes())}`;
}

/** How old the copy of a page is in milliseconds, and of which build; endless without one. */
export async function ageOf(address: string): Promise<{ age: number; build: string }> {
  const kept = await find(address);
  const at = Date.parse(kept?.headers.get(KEPT_AT) ?? "");
  return {
    age: Number.isNaN(at) ? Infinity : Date.now() - at,
    build: kept?.headers.get(BUILD) ?? "",
  };
}

/** The builds that kept pages belong to: what they load must stay. */
export async function buildsInUse(): Promise<Set<string>> {
  const name = await own();
  if (!name) return new Set();
  const cache = await caches.open(name);
  const kept = await Promise.all((await cache.keys()).map((key) => cache.match(key)));
  return new Set(kept.map((answer) => answer?.headers.get(BUILD) ?? ""));
}

/** The text of a kept page. */
export async function textOf(address: string): Promise<string> {
  return (await find(address))?.text() ?? "";
}

// --- small pictures ---

export const isThumb = (url: URL): boolean => /^\/photos\/[^/]+\/(thumb|card)$/.test(url.pathname);

/** A small picture: its address never shows another, so the copy is as good. */
export async function thumb(request: Request | string): Promise<Response> {
  const cache = await caches.open(THUMBS);
  const kept = await cache.match(request);
  if (kept) return kept;
  const answer = await fetch(request);
  if (answer.ok && answer.type === "basic") {
    await cache.put(request, answer.clone());
    const keys = await cache.keys();
    for (const old of keys.slice(0, Math.max(0, keys.length - MOST_THUMBS))) await cache.delete(old);
  }
  return answer;
}
