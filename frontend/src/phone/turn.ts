// One page or worker sends at a time: a Web Lock, or a lease in the database where there is none.
import { database, newId } from "./db.ts";

const NAME = "xiaohao-send";
const LEASE_MS = 90 * 1000;
const RENEW_MS = 20 * 1000;

/** Do the work if nobody else is at it; false when somebody is. */
export async function inTurn(work: () => Promise<void>): Promise<boolean> {
  if (!navigator.locks) return leased(work);
  return navigator.locks.request(NAME, { ifAvailable: true }, async (lock) => {
    if (!lock) return false;
    await work();
    return true;
  });
}

async function leased(work: () => Promise<void>): Promise<boolean> {
  const me = newId();
  if (!(await take(me))) return false;
  const renewing = setInterval(() => void take(me), RENEW_MS);
  try {
    await work();
    return true;
  } finally {
    clearInterval(renewing);
    await (await database()).delete("known", "lease");
  }
}

async function take(me: string): Promise<boolean> {
  const tx = (await database()).transaction("known", "readwrite");
  const had = (await tx.store.get("lease")) as { by: string; until: number } | undefined;
  const free = !had || had.by === me || had.until < Date.now();
  if (free) await tx.store.put({ by: me, until: Date.now() + LEASE_MS }, "lease");
  await tx.done;
  return free;
}
