// Sends one record: its photos one by one, then its form under its own key, until it is accepted.
import { contact, SignedOut } from "./contact.ts";
import type { Contact, PhoneRecord, ShotRow } from "./db.ts";
import { PhotoRefused, sendPhoto, type Way } from "./send-photo.ts";
import { bytesOf, changeRecord, changeShot, dropBytes, hashAndSeal, record, rowsOf, tell } from "./store.ts";

const POST_FOR_MS = 45 * 1000;
const MOST_ROUNDS = 4; // photos asked for again by the server, before the record waits its turn
const MOST_WAITS = 60;
const UNEQUAL = "服务器记录的照片和手机上的不一致，照片仍留在手机上，请联系系统管理员。";

/** What the server answered to a form. */
type Answer = {
  state?: "accepted" | "waiting" | "missing" | "refused";
  title?: string;
  number?: string | null;
  href?: string;
  photos?: { key: string; sha256: string }[] | Record<string, string>;
  retry_s?: number;
  keys?: string[];
  sentence?: string;
  detail?: string;
  errors?: Record<string, string[]>;
};

/** Send all of it. Raises SignedOut, or TypeError when it is worth another try later. */
export async function sendRecord(one: PhoneRecord, told: Contact, way: Way): Promise<void> {
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const rows = await ready(one.id);
    await askWhatIsThere(rows, told);
    for (const row of await rowsOf(one.id)) await sendOne(row, told, way);
    if ((await postUntilDecided(one, told)) !== "again") return;
  }
  throw new TypeError("the server keeps asking for photos");
}

/** The record's photos, each with its hash: a browser may have been killed between the two. */
async function ready(recordId: string): Promise<ShotRow[]> {
  const rows = await rowsOf(recordId);
  const done: ShotRow[] = [];
  for (const row of rows) {
    const bytes = row.sha256 ? null : await bytesOf(row.id);
    done.push(bytes ? await hashAndSeal(row, await bytes.arrayBuffer()) : row);
  }
  return done;
}

type Upload = { id: string; key: string; state: string; offset: number; sha256: string; refusal: string };

/** Ask which photos the server has, so that none is sent twice whatever was forgotten here. */
async function askWhatIsThere(rows: readonly ShotRow[], told: Contact): Promise<void> {
  if (rows.length === 0) return;
  const query = rows.map((row) => `key=${encodeURIComponent(row.id)}`).join("&");
  const answer = await ask(`${told.uploads}?${query}`, {});
  const { uploads } = (await answer.json()) as { uploads: Upload[] };
  const there = new Map(uploads.map((upload) => [upload.key, upload]));
  for (const row of rows) {
    const upload = there.get(row.id);
    const known = upload && (!upload.sha256 || upload.sha256 === row.sha256) ? upload : null;
    await changeShot(row.id, (now) => {
      now.uploadUrl = known ? `${told.uploads}/${known.id}` : null;
      now.state = known ? STATES[known.state] ?? "kept" : "kept";
      now.sent = now.state === "kept" ? (known?.offset ?? 0) : now.size;
      now.why = now.state === "refused" ? (known?.refusal ?? "") : "";
    });
  }
  await tell();
}

const STATES: Readonly<Record<string, ShotRow["state"]>> = {
  received: "arrived",
  kept: "taken",
  refused: "refused",
};

async function sendOne(row: ShotRow, told: Contact, way: Way): Promise<void> {
  if (row.state !== "kept" && row.state !== "sending") return;
  const blob = await bytesOf(row.id);
  if (!blob) return; // the form's answer will say that it is missing
  try {
    await sendPhoto(row, blob, told, way);
    await changeRecord(row.recordId, (one) => {
      one.tries = 0; // the line carries something: the next pause is short again
    });
  } catch (error) {
    await changeShot(row.id, (now) => {
      now.state = error instanceof PhotoRefused ? "refused" : "kept";
      now.why = error instanceof PhotoRefused ? error.message : "";
    });
    await tell();
    if (!(error instanceof PhotoRefused)) throw error;
  }
}

/** Post the form until the server has decided; `again` when it wants photos once more. */
async function postUntilDecided(one: PhoneRecord, told: Contact): Promise<"done" | "again"> {
  let anew = false;
  let now = told;
  for (let waits = 0; waits < MOST_WAITS; waits++) {
    const answer = await post(one, now);
    if (!answer) return "done";
    const said = (await answer.json().catch(() => ({}))) as Answer;
    if (answer.status === 202) {
      await pause(Math.min(Math.max(said.retry_s ?? 1, 0.3), 10) * 1000);
    } else if (answer.status === 400 && !anew) {
      anew = true;
      now = await contact(true); // the form's token belonged to an older session
    } else if (answer.status === 409 && said.state === "missing") {
      await sendAgain(said.keys ?? []);
      return "again";
    } else {
      await settle(one, answer.status, said);
      return "done";
    }
  }
  throw new TypeError("the photos are still being judged");
}

async function post({ id }: PhoneRecord, told: Contact): Promise<Response | null> {
  const [one, rows] = [await record(id), await rowsOf(id)];
  if (one?.state !== "waiting") return null; // taken back to be changed
  const body = {
    key: one.id,
    kind: one.kind,
    problem_id: one.problemId,
    fields: one.fields,
    photos: rows.map((row) => ({ key: row.id, sha256: row.sha256 })),
    client_at: new Date().toISOString(),
  };
  return ask(told.reports, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-CSRFToken": told.csrf },
    body: JSON.stringify(body),
  });
}

/** Fetch with a time limit; raises SignedOut on 401, TypeError while the server is in trouble. */
async function ask(url: string, init: RequestInit): Promise<Response> {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), POST_FOR_MS);
  try {
    const answer = await fetch(url, {
      credentials: "same-origin",
      cache: "no-store",
      ...init,
      headers: { Accept: "application/json", ...init.headers },
      signal: stop.signal,
    });
    if (answer.status === 401) throw new SignedOut();
    if (answer.status === 429 || answer.status >= 500) throw new TypeError(`answer ${answer.status}`);
    // Read here: an answer that breaks off in the middle is none, and has its time like any other.
    return new Response(await answer.text(), { status: answer.status });
  } catch (error) {
    if (error instanceof DOMException) throw new TypeError("no answer in time");
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

async function sendAgain(keys: readonly string[]): Promise<void> {
  for (const key of keys) {
    await changeShot(key, (row) => {
      row.state = "kept";
      row.sent = 0;
      row.uploadUrl = null;
    }).catch(() => undefined);
  }
}

async function settle(one: PhoneRecord, code: number, said: Answer): Promise<void> {
  if (code !== 200) return refuse(one, said);
  const rows = await rowsOf(one.id);
  const confirmed = new Map(
    Array.isArray(said.photos) ? said.photos.map((photo) => [photo.key, photo.sha256]) : [],
  );
  if (rows.some((row) => confirmed.get(row.id) !== row.sha256)) {
    return refuse(one, { sentence: UNEQUAL });
  }
  for (const row of rows) {
    await changeShot(row.id, (now) => {
      now.state = "taken";
      now.sent = now.size;
    });
  }
  await changeRecord(one.id, (now) => {
    now.state = "sent";
    now.sentAt = new Date().toISOString();
    now.href = said.href ?? "";
    now.title = now.title || (said.title ?? "");
    now.why = "";
    now.errors = {};
  });
  await dropBytes(one.id); // only now: every hash is confirmed
}

async function refuse(one: PhoneRecord, said: Answer): Promise<void> {
  const photos = said.photos && !Array.isArray(said.photos) ? said.photos : {};
  for (const [key, sentence] of Object.entries(photos)) {
    await changeShot(key, (row) => {
      row.state = "refused";
      row.why = sentence;
    }).catch(() => undefined);
  }
  await changeRecord(one.id, (now) => {
    now.state = "refused";
    now.why = said.sentence ?? said.detail ?? "服务器没有接受，请打开检查后再发送。";
    now.errors = said.errors ?? {};
  });
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
