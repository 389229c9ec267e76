// What the server last told this phone: who is signed in, its clock, the form token, the sealing nonce.
import { type Contact, known, newId, remember, database } from "./db.ts";

const FRESH_MS = 5 * 60 * 1000;
const ASK_FOR_MS = 15000;

/** Nobody is signed in any more; what waits stays on the phone. */
export class SignedOut extends Error {}

/** The phone's own name, made once; it says nothing about the person or the make. */
export async function device(): Promise<string> {
  const had = await known<string>("device");
  if (had) return had;
  const fresh = newId();
  await remember("device", fresh);
  return fresh;
}

/** What the server said last, however long ago; undefined when it never spoke. */
export function lastContact(): Promise<Contact | undefined> {
  return known<Contact>("contact");
}

/** What the server says now, or said within five minutes. Raises SignedOut, or TypeError offline. */
export async function contact(anew = false): Promise<Contact> {
  const had = await lastContact();
  if (!anew && had && Math.abs(Date.now() - Date.parse(had.at)) < FRESH_MS && !(await isOut())) return had;
  const name = await device();
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), ASK_FOR_MS);
  const before = Date.now();
  try {
    const answer = await fetch(`/phone/contact?device=${encodeURIComponent(name)}`, {
      credentials: "same-origin",
      cache: "no-store",
      headers: { Accept: "application/json" },
      signal: stop.signal,
    });
    if (answer.status === 401 || answer.redirected) {
      await remember("signed-out", true);
      throw new SignedOut("请登录后继续发送");
    }
    if (!answer.ok) throw new TypeError(`contact answered ${answer.status}`);
    return await keep((await answer.json()) as Told, before);
  } finally {
    clearTimeout(timer);
  }
}

type Told = Omit<Contact, "offsetMs" | "at"> & { now: string };

async function keep({ now, ...told }: Told, before: number): Promise<Contact> {
  const after = Date.now();
  const fresh: Contact = {
    ...told,
    offsetMs: Date.parse(now) - (before + after) / 2,
    at: new Date(after).toISOString(),
  };
  await remember("contact", fresh);
  await remember("signed-out", false);
  return fresh;
}

/** Whether the server said that nobody is signed in. */
export async function isOut(): Promise<boolean> {
  return (await known<boolean>("signed-out")) ?? false;
}

/** A number that this phone has not used for a seal before. */
export async function nextSequence(): Promise<number> {
  const tx = (await database()).transaction("known", "readwrite");
  const next = (((await tx.store.get("sequence")) as number | undefined) ?? 0) + 1;
  await tx.store.put(next, "sequence");
  await tx.done;
  return next;
}

/** The server's time for a moment of this phone's clock. */
export async function serverTime(moment: Date = new Date()): Promise<Date> {
  return new Date(moment.getTime() + ((await lastContact())?.offsetMs ?? 0));
}
