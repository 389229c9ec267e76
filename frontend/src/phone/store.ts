// What a person keeps on the phone until the server has it: records and their photos, stored first.
import { contact, device, lastContact, nextSequence, serverTime } from "./contact.ts";
import { changed, markHolding } from "./changes.ts";
import {
  database,
  newId,
  type Phase,
  type PhoneRecord,
  type Place,
  type RecordKind,
  reopen,
  type Shot,
  type ShotRow,
  type Source,
} from "./db.ts";
import { hashOf, seal } from "./seal.ts";

export { onChange } from "./changes.ts";
export type {
  Phase,
  PhoneRecord,
  Place,
  RecordKind,
  RecordState,
  Seal,
  Shot,
  ShotRow,
  ShotState,
  Source,
} from "./db.ts";

const SPARE = 8 * 1024 * 1024; // bytes left for the browser itself
const FULL = "手机存储空间不够，这张照片没有存下。请先到“待发送”把照片传完，或清理手机空间，再拍。";
const NOT_KEPT = "这张照片没有存下，请再拍一次。还是不行，请关掉这一页重新打开，已存下的都还在。";

/** The phone has no room: nothing was stored, nothing was lost. `message` is for the person. */
export class FullDisk extends Error {
  constructor() {
    super(FULL);
  }
}

/** The id of the person whose page this is; null for a stranger or while looking as another. */
export function pageUser(): number | null {
  const text = document.documentElement.dataset["user"];
  return text ? Number(text) : null;
}

/** Whether this browser can keep records: secure, with a database, and knowing for whom. */
export async function canKeep(): Promise<boolean> {
  if (!window.isSecureContext || !crypto.subtle || typeof indexedDB === "undefined") return false;
  if (pageUser() === null) return false;
  try {
    await database();
    return true;
  } catch {
    return false; // a private window of an older browser
  }
}

/** Bytes that the browser still gives us; plenty where it does not tell. */
export async function room(): Promise<{ free: number }> {
  const told = await navigator.storage?.estimate?.().catch(() => undefined);
  if (told?.quota === undefined) return { free: Number.MAX_SAFE_INTEGER };
  return { free: Math.max(0, told.quota - (told.usage ?? 0)) };
}

// --- records ---

const begun = new WeakMap<HTMLFormElement, Promise<string>>();
const unsaved = new Map<string, PhoneRecord>();

/** The record that a form fills in: one being edited, one left unfinished here, or a new one. */
export function recordOf(form: HTMLFormElement): Promise<string> {
  let id = begun.get(form);
  if (!id) begun.set(form, (id = findOrBegin(form)));
  return id;
}

async function findOrBegin(form: HTMLFormElement): Promise<string> {
  const user = pageUser();
  const action = actionOf(form);
  const asked = new URLSearchParams(location.search).get("record");
  const mine = (await allRecords()).filter((one) => one.userId === user && one.action === action);
  const open = mine.filter((one) => one.state === "draft" || one.state === "refused");
  const last = open.sort((a, b) => b.changedAt.localeCompare(a.changedAt))[0];
  const chosen = asked ? mine.find((one) => one.id === asked && one.state !== "sent") : last;
  if (chosen) return chosen.id;
  const fresh = blank(form, user ?? 0, action);
  unsaved.set(fresh.id, fresh);
  return fresh.id;
}

const actionOf = (form: HTMLFormElement): string => new URL(form.action, location.href).pathname;

function blank(form: HTMLFormElement, userId: number, action: string): PhoneRecord {
  const at = new Date().toISOString();
  const problem = Number(/\/(\d+)(?:\/|$)/.exec(action)?.[1] ?? ""); // /drafts/12, /problems/12/submit
  return {
    id: newId(),
    userId,
    kind: (form.dataset["kind"] as RecordKind | undefined) ?? "report",
    problemId: problem > 0 ? problem : null,
    action,
    title: form.dataset["title"] ?? document.title,
    fields: [],
    shotIds: [],
    state: "draft",
    errors: {},
    why: "",
    createdAt: at,
    changedAt: at,
    sentAt: null,
    href: "",
    tries: 0,
    nextTryAt: 0,
  };
}

/** Every record on this phone, whoever made it, oldest first. */
export async function allRecords(): Promise<PhoneRecord[]> {
  const rows = await (await database()).getAll("records");
  return rows.sort((a, b) => a.createdAt.localeCompare(b.createdAt));
}

/** One record; also one that a form has begun and nothing was written into yet. */
export async function record(id: string): Promise<PhoneRecord | undefined> {
  return (await (await database()).get("records", id)) ?? unsaved.get(id);
}

/** Whether a form has begun this record and nothing of it lies on the phone yet. */
export const isBegunOnly = (id: string): boolean => unsaved.has(id);

/** Change a record, read and written in one step; one that a form began is stored by this. */
export async function changeRecord(id: string, change: (one: PhoneRecord) => void): Promise<PhoneRecord> {
  const tx = (await database()).transaction("records", "readwrite");
  const one = (await tx.store.get(id)) ?? unsaved.get(id);
  if (!one) {
    await tx.done;
    throw new Error(`no record ${id}`);
  }
  change(one);
  await tx.store.put(one);
  await tx.done.catch(fullOrWorse);
  unsaved.delete(id);
  await tell();
  return one;
}

/** Remove a record with its photos. */
export async function removeRecord(id: string): Promise<void> {
  const tx = (await database()).transaction(["records", "shots", "bytes"], "readwrite");
  for (const key of await tx.objectStore("shots").index("recordId").getAllKeys(id)) {
    await tx.objectStore("shots").delete(key);
    await tx.objectStore("bytes").delete(key);
  }
  await tx.objectStore("records").delete(id);
  await tx.done;
  await tell();
}

// --- photos ---

export type NewShot = {
  blob: Blob;
  phase: Phase;
  source: Source;
  takenAt: string | Date;
  place: Place | null;
};

/** Keep a photo: its bytes are stored before anything else, then hashed and sealed.
 * Raises FullDisk without room, else an Error in words for the person; then nothing was changed. */
export async function addShot(recordId: string, given: NewShot): Promise<Shot> {
  const bytes = await given.blob.arrayBuffer(); // a file of the album may vanish: its bytes may not
  const blob = new Blob([bytes], { type: given.blob.type });
  if ((await room()).free < blob.size + SPARE) throw new FullDisk();
  const row = await keep(recordId, given, blob, bytes).catch(notKept);
  const hashed = await hashAndSeal(row, bytes);
  await tell();
  void navigator.storage?.persist?.().catch(() => false);
  return { ...hashed, blob };
}

/** Safari loses its database while the phone's own camera is open, and keeps no Blob in a private
 * window: what failed for another reason than room is tried once more, with bare bytes. */
async function keep(recordId: string, given: NewShot, blob: Blob, bytes: ArrayBuffer): Promise<ShotRow> {
  const id = newId();
  try {
    return await store(id, recordId, { ...given, blob }, blob);
  } catch (error) {
    if (error instanceof FullDisk || isFull(error)) throw error;
    await reopen();
    return store(id, recordId, { ...given, blob }, bytes);
  }
}

async function store(
  id: string,
  recordId: string,
  given: NewShot,
  bytes: Blob | ArrayBuffer,
): Promise<ShotRow> {
  const tx = (await database()).transaction(["records", "shots", "bytes"], "readwrite");
  const records = tx.objectStore("records");
  const one = (await records.get(recordId)) ?? unsaved.get(recordId);
  if (!one) {
    await tx.done;
    throw new Error(`no record ${recordId}`);
  }
  const row: ShotRow = {
    id,
    recordId,
    userId: one.userId,
    phase: given.phase,
    type: given.blob.type || "image/jpeg",
    size: given.blob.size,
    sha256: "",
    source: given.source,
    takenAt: new Date(given.takenAt).toISOString(),
    place: given.place,
    seal: null,
    state: "kept",
    sent: 0,
    uploadUrl: null,
    why: "",
    createdAt: new Date().toISOString(),
  };
  const others = one.shotIds.filter((each) => each !== id);
  const kept = { ...one, shotIds: [...others, id], changedAt: row.createdAt };
  const writes = [
    tx.objectStore("bytes").put(bytes, id),
    tx.objectStore("shots").put(row),
    records.put(kept),
  ];
  await Promise.all([...writes, tx.done]).catch(fullOrWorse);
  unsaved.delete(recordId);
  return row;
}

/** What a browser says of its storage is in its own words: the person gets ours. */
function notKept(error: unknown): never {
  if (error instanceof FullDisk) throw error;
  throw isFull(error) ? new FullDisk() : Object.assign(new Error(NOT_KEPT), { cause: error });
}

const isFull = (error: unknown): boolean =>
  error instanceof DOMException && error.name === "QuotaExceededError";

function fullOrWorse(error: unknown): never {
  throw isFull(error) ? new FullDisk() : error;
}

/** Give a stored photo its hash and, where it was taken here and now, its seal. */
export async function hashAndSeal(row: ShotRow, bytes: ArrayBuffer): Promise<ShotRow> {
  const sha256 = await hashOf(bytes);
  const told = await lastContact();
  const may = row.source !== "album" && told?.nonce && told.user.id === row.userId;
  const sealed =
    may && told.nonce
      ? await seal({
          nonce: told.nonce,
          device: await device(),
          sequence: await nextSequence(),
          takenAt: await serverTime(new Date(row.takenAt)),
          place: row.place,
          sha256,
        })
      : null;
  return changeShot(row.id, (one) => {
    one.sha256 = sha256;
    one.seal = sealed;
  });
}

/** Change a photo's row, read and written in one step. */
export async function changeShot(id: string, change: (one: ShotRow) => void): Promise<ShotRow> {
  const tx = (await database()).transaction("shots", "readwrite");
  const one = await tx.store.get(id);
  if (!one) {
    await tx.done;
    throw new Error(`no photo ${id}`);
  }
  change(one);
  await tx.store.put(one);
  await tx.done;
  return one;
}

/** Take a photo off its record. */
export async function removeShot(id: string): Promise<void> {
  const tx = (await database()).transaction(["records", "shots", "bytes"], "readwrite");
  const row = await tx.objectStore("shots").get(id);
  if (row) {
    const one = await tx.objectStore("records").get(row.recordId);
    if (one) await tx.objectStore("records").put({ ...one, shotIds: one.shotIds.filter((each) => each !== id) });
  }
  await tx.objectStore("shots").delete(id);
  await tx.objectStore("bytes").delete(id);
  await tx.done;
  await tell();
}

/** A record's photos in order, without their bytes. */
export async function rowsOf(recordId: string): Promise<ShotRow[]> {
  const [one, rows] = await Promise.all([
    record(recordId),
    (await database()).getAllFromIndex("shots", "recordId", recordId),
  ]);
  const place = (row: ShotRow): number => one?.shotIds.indexOf(row.id) ?? 0;
  return rows.sort((a, b) => place(a) - place(b));
}

/** A photo's bytes; undefined after the server has confirmed them and the record was sent. */
export async function bytesOf(id: string): Promise<Blob | undefined> {
  const db = await database();
  const bytes = await db.get("bytes", id);
  if (!(bytes instanceof ArrayBuffer)) return bytes;
  return new Blob([bytes], { type: (await db.get("shots", id))?.type ?? "" });
}

/** Let go of the bytes of a record that the server has taken; its rows stay to be read. */
export async function dropBytes(recordId: string): Promise<void> {
  const tx = (await database()).transaction(["shots", "bytes"], "readwrite");
  for (const key of await tx.objectStore("shots").index("recordId").getAllKeys(recordId)) {
    await tx.objectStore("bytes").delete(key);
  }
  await tx.done;
}

/** Tell every page, and leave the mark for pages that have not opened the database. */
export async function tell(): Promise<void> {
  const rows = await (await database()).getAll("records");
  markHolding(rows.some((one) => one.state !== "sent"));
  changed();
}

/** Ask the server who is there and for a nonce, in the background; offline is no failure. */
export function greet(): void {
  contact().catch(() => undefined);
}
