// The phone's own database: records, their photos, the photos' bytes, and what the phone knows.
import { openDB, type DBSchema, type IDBPDatabase } from "idb";

export type Place = {
  lat: number;
  lng: number;
  accuracy: number | null;
  at: string;
  source: "browser" | "pin";
};
/** What the phone swears about a photo; the texts are exactly those the mac is made over. */
export type Seal = {
  v: 1;
  nonce: string;
  device: string;
  sequence: number;
  taken_at: string;
  lat: string;
  lng: string;
  accuracy: string;
  sha256: string;
  mac: string;
};
/** On the phone; its bytes on their way; on the server with its hash confirmed; judged and kept; refused. */
export type ShotState = "kept" | "sending" | "arrived" | "taken" | "refused";
export type Phase = "before" | "after";
export type Source = "camera" | "album" | "file";
export type RecordKind = "report" | "draft" | "rectification" | "evidence";
export type RecordState = "draft" | "waiting" | "sent" | "refused";

/** A photo as it is listed; its bytes lie apart, so that progress does not write them again. */
export type ShotRow = {
  id: string;
  recordId: string;
  userId: number;
  phase: Phase;
  type: string;
  size: number;
  sha256: string;
  source: Source;
  takenAt: string;
  place: Place | null;
  seal: Seal | null;
  state: ShotState;
  sent: number;
  uploadUrl: string | null;
  why: string;
  createdAt: string;
};
export type Shot = ShotRow & { blob: Blob };

export type PhoneRecord = {
  id: string;
  userId: number;
  kind: RecordKind;
  problemId: number | null;
  action: string;
  title: string;
  fields: [string, string][];
  blank?: boolean; // nothing was written: the fields stand as the server offered them
  shotIds: string[];
  state: RecordState;
  errors: Record<string, string[]>;
  why: string;
  createdAt: string;
  changedAt: string;
  sentAt: string | null;
  href: string;
  tries: number;
  nextTryAt: number;
};

/** What the server said when it last spoke: who is signed in, its time, how to seal. */
export type Contact = {
  user: { id: number; name: string; org: string };
  csrf: string;
  offsetMs: number;
  at: string;
  nonce: { id: string; key: string } | null;
  rules: {
    photos_per_phase: number;
    album_allowed: boolean;
    photo_mb: number;
    nearby_metres: number;
  };
  uploads: string;
  reports: string;
};

interface PhoneSchema extends DBSchema {
  records: { key: string; value: PhoneRecord; indexes: { userId: number } };
  shots: { key: string; value: ShotRow; indexes: { recordId: string } };
  bytes: { key: string; value: Blob | ArrayBuffer }; // bare bytes where the browser keeps no Blob
  known: { key: string; value: unknown };
}
export type PhoneDb = IDBPDatabase<PhoneSchema>;

const NAME = "xiaohao-phone";
const VERSION = 1;
const NUDGE_MS = 250;
let opened: Promise<PhoneDb> | null = null;

/** The one connection of this page; opened anew after the browser has closed it. */
export function database(): Promise<PhoneDb> {
  opened ??= opening();
  return opened;
}

function opening(): Promise<PhoneDb> {
  const asked = openDB<PhoneSchema>(NAME, VERSION, {
    upgrade(db) {
      db.createObjectStore("records", { keyPath: "id" }).createIndex("userId", "userId");
      db.createObjectStore("shots", { keyPath: "id" }).createIndex("recordId", "recordId");
      db.createObjectStore("bytes");
      db.createObjectStore("known");
    },
    blocking(_current, _blocked, event) {
      (event.target as IDBDatabase).close(); // a newer page waits to change the shape
      opened = null;
    },
    terminated() {
      opened = null;
    },
  });
  asked.catch(() => {
    opened = null;
  });
  // Safari 14 may open nothing just after its start until it is asked for the names as well.
  const nudging = setInterval(() => void indexedDB.databases?.().catch(() => undefined), NUDGE_MS);
  return asked.finally(() => clearInterval(nudging));
}

/** Let go of the connection: Safari may have lost it while the phone's own camera was open. */
export async function reopen(): Promise<void> {
  const had = await opened?.catch(() => null);
  opened = null;
  had?.close();
  await database();
}

/** A small fact that the phone remembers, or undefined. */
export async function known<T>(name: string): Promise<T | undefined> {
  return (await (await database()).get("known", name)) as T | undefined;
}

/** Remember a small fact. */
export async function remember(name: string, value: unknown): Promise<void> {
  await (await database()).put("known", value, name);
}

/** A random id in the usual form; older browsers have no randomUUID. */
export function newId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = toHex(bytes);
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

export function toHex(bytes: Uint8Array): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
