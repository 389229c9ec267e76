// Sends what waits on this phone, one record after the other, whenever there is a chance to.
import { contact, isOut, SignedOut } from "./contact.ts";
import { type Contact, database, known, type PhoneRecord, remember } from "./db.ts";
import type { Way } from "./send-photo.ts";
import { changed } from "./changes.ts";
import { allRecords, changeRecord, removeRecord } from "./store.ts";
import { inTurn } from "./turn.ts";

const FIRST_MS = 3000;
const LONGEST_MS = 2 * 60 * 1000;
const LOOK_EVERY_MS = 60 * 1000;
const MOST_FAILURES = 2; // of records in one pass: then it is the network
const KEEP_SENT_MS = 7 * 24 * 3600 * 1000;
const TAG = "send";

export type Network = "any" | "wifi";

/** Which network this phone may send over. */
export async function network(): Promise<Network> {
  return (await known<Network>("network")) ?? "any";
}

/** Choose which network this phone may send over. */
export async function chooseNetwork(chosen: Network): Promise<void> {
  await remember("network", chosen);
  changed();
}

type Connection = { type?: string; addEventListener?: (name: "change", call: () => void) => void };
const connection = (): Connection | undefined =>
  (navigator as Navigator & { connection?: Connection }).connection;

/** What the browser tells of the network: Wi-Fi, the phone's own data, or nothing at all. */
export function networkNow(): "wifi" | "mobile" | "unknown" {
  const type = connection()?.type;
  if (type === "wifi" || type === "ethernet") return "wifi";
  return type === "cellular" || type === "wimax" ? "mobile" : "unknown";
}

/** Whether sending must wait for Wi-Fi; where the browser does not tell, the person presses. */
export async function waitsForWifi(): Promise<boolean> {
  return (await network()) === "wifi" && networkNow() !== "wifi";
}

let running: Promise<void> | null = null;
let next: Wish | null = null; // asked for while a pass runs
let timer: ReturnType<typeof setTimeout> | undefined;
export type Wish = { force?: boolean; way?: Way };

/** Send all that waits and is due; `force` also what waits for its turn or for Wi-Fi. */
export function send(wish: Wish = {}): Promise<void> {
  if (running) {
    next = { ...next, ...wish };
    return running;
  }
  running = pass(wish)
    .catch(() => later(FIRST_MS)) // the database was closed under us
    .finally(() => {
      running = null;
      const wished = next;
      next = null;
      if (wished) void send(wished);
    });
  return running;
}

async function pass(wish: Wish): Promise<void> {
  if ((await waitingHere()).length === 0) return;
  if (!navigator.onLine) return; // the event that ends this starts anew
  if (!wish.force && (await waitsForWifi())) return;
  const taken = await inTurn(() => sendAll(wish));
  if (!taken) later(FIRST_MS); // another page is at it: look again
}

/** What waits and belongs to the person of this page; the service worker has no page. */
async function waitingHere(): Promise<PhoneRecord[]> {
  const user = pageUser();
  return (await allRecords()).filter(
    (one) => one.state === "waiting" && (user === undefined || one.userId === user),
  );
}

const pageUser = (): number | undefined =>
  typeof document === "undefined" ? undefined : Number(document.documentElement.dataset["user"] ?? "");

async function sendAll(wish: Wish): Promise<void> {
  const tried = new Set<string>();
  let pause = 0; // how long the next look must wait at least
  for (let failures = 0; failures < MOST_FAILURES && navigator.onLine; ) {
    const due = (await waitingHere()).filter(
      (one) => !tried.has(one.id) && (wish.force || one.nextTryAt <= Date.now()),
    );
    if (due.length === 0) break;
    const told = await reach(due);
    const mine = due.find((one) => one.userId === told?.user.id);
    if (!told || !mine) {
      if (told || (await isOut())) pause = LOOK_EVERY_MS; // only a person can change that
      break;
    }
    tried.add(mine.id);
    if (!(await sendOne(mine, told, wish))) failures += 1;
  }
  await forgetOld();
  await planNext(pause);
}

/** The server's word, if it concerns the person of this page; null signed out or out of reach. */
async function reach(due: readonly PhoneRecord[]): Promise<Contact | null> {
  const user = pageUser();
  try {
    const told = await contact(user === undefined);
    return user === undefined || told.user.id === user ? told : await contact(true);
  } catch (error) {
    await failed(error, due);
    return null;
  }
}

/** False when it did not get through; the record knows when its turn comes again. */
async function sendOne(one: PhoneRecord, told: Contact, wish: Wish): Promise<boolean> {
  try {
    const { sendRecord } = await import("./send-record.ts");
    await sendRecord(one, told, wish.way ?? {});
    return true;
  } catch (error) {
    await failed(error, [one]);
    return false;
  }
}

async function failed(error: unknown, due: readonly PhoneRecord[]): Promise<void> {
  if (error instanceof SignedOut) await remember("signed-out", true);
  else await putOff(due);
  changed();
}

/** Everything that was due waits a little longer each time, not all phones at the same moment. */
async function putOff(due: readonly PhoneRecord[]): Promise<void> {
  for (const { id } of due) {
    await changeRecord(id, (one) => {
      if (one.state !== "waiting") return;
      one.tries += 1;
      const pause = Math.min(FIRST_MS * 2 ** (one.tries - 1), LONGEST_MS);
      one.nextTryAt = Date.now() + pause * (0.5 + Math.random());
    }).catch(() => undefined);
  }
}

/** What was sent stays in the list for a week. */
async function forgetOld(): Promise<void> {
  for (const one of await allRecords()) {
    if (one.state === "sent" && Date.now() - Date.parse(one.sentAt ?? one.createdAt) > KEEP_SENT_MS) {
      await removeRecord(one.id);
    }
  }
}

async function planNext(pause: number): Promise<void> {
  const waiting = await waitingHere();
  if (waiting.length === 0) return;
  const due = Math.min(...waiting.map((one) => one.nextTryAt)) - Date.now();
  later(Math.min(Math.max(due, pause, 1000), LOOK_EVERY_MS));
  askBrowser();
}

function later(ms: number): void {
  clearTimeout(timer);
  timer = setTimeout(() => void send(), ms);
}

type SyncRegistration = ServiceWorkerRegistration & { sync?: { register(tag: string): Promise<void> } };

/** Whether this browser sends also while none of our pages is open; Safari and Firefox do not. */
export const sendsWhenClosed = (): boolean =>
  typeof ServiceWorkerRegistration !== "undefined" && "sync" in ServiceWorkerRegistration.prototype;

/** Where the browser can, it wakes the service worker when there is network, the page closed or not. */
function askBrowser(): void {
  if (typeof document === "undefined" || !("serviceWorker" in navigator)) return;
  navigator.serviceWorker.ready
    .then((ready) => (ready as SyncRegistration).sync?.register(TAG))
    .catch(() => undefined);
}

/** A record was finished: it waits for the server from now on. */
export async function enqueue(id: string, change: (one: PhoneRecord) => void): Promise<void> {
  await changeRecord(id, (one) => {
    change(one);
    one.state = "waiting";
    one.why = "";
    one.errors = {};
    one.tries = 0;
    one.nextTryAt = 0;
    one.changedAt = new Date().toISOString();
  });
  askBrowser();
}

let watching = false;

/** Send whenever there is a reason to hope: network is back, the page is looked at, time passes. */
export function keepSending(): void {
  if (watching) return;
  watching = true;
  window.addEventListener("online", () => void hurry());
  connection()?.addEventListener?.("change", () => void send());
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) void send();
  });
  void send();
}

/** Network came back: nobody waits for the end of his pause. */
async function hurry(): Promise<void> {
  const db = await database();
  const tx = db.transaction("records", "readwrite");
  for (const one of await tx.store.getAll()) {
    if (one.state === "waiting") await tx.store.put({ ...one, nextTryAt: 0 });
  }
  await tx.done;
  await send();
}
