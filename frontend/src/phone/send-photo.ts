// Sends one photo with tus, from the last byte the server has, until its hash is confirmed.
import { DetailedError, type HttpStack, Upload } from "tus-js-client";
import { changed } from "./changes.ts";
import { SignedOut } from "./contact.ts";
import type { Contact, ShotRow } from "./db.ts";
import { changeShot } from "./store.ts";

const PIECE = 512 * 1024; // bytes asked for at once: a proxy that gathers bodies loses no more
const STALLED_MS = 60 * 1000;
const SHOWN_EVERY_MS = 700;
const AGAIN_AFTER_MS = [500, 2000, 5000];

/** The server said no to this photo for good. */
export class PhotoRefused extends Error {}

/** Where the bytes go; the service worker has no XMLHttpRequest and brings its own way. */
export type Way = { stack?: HttpStack };

/** Upload until the server has confirmed the hash; what is there already is not sent again. */
export async function sendPhoto(row: ShotRow, blob: Blob, told: Contact, way: Way): Promise<void> {
  await changeShot(row.id, (one) => {
    one.state = "sending";
  });
  const confirmed = await upload(row, blob, told, way);
  if (confirmed !== row.sha256) throw new TypeError("the server has other bytes");
  await changeShot(row.id, (one) => {
    one.state = "arrived";
    one.sent = one.size;
    one.why = "";
  });
  changed();
}

function upload(row: ShotRow, blob: Blob, told: Contact, way: Way): Promise<string> {
  return new Promise((resolve, reject) => {
    let confirmed = "";
    let shownAt = 0;
    let stalled: ReturnType<typeof setTimeout> | undefined;
    const alive = (): void => {
      clearTimeout(stalled);
      stalled = setTimeout(() => {
        void sending.abort().finally(() => reject(new TypeError("stalled")));
      }, STALLED_MS);
    };
    const note = (sent: number, urgent = false): void => {
      if (!urgent && Date.now() - shownAt < SHOWN_EVERY_MS) return;
      shownAt = Date.now();
      void changeShot(row.id, (one) => {
        if (one.state !== "sending") return;
        one.sent = sent;
        one.uploadUrl = sending.url;
      }).then(changed, () => undefined);
    };
    const sending = new Upload(blob, {
      endpoint: told.uploads,
      uploadUrl: row.uploadUrl,
      metadata: metadata(row),
      headers: { "X-CSRFToken": told.csrf },
      chunkSize: PIECE,
      retryDelays: AGAIN_AFTER_MS,
      storeFingerprintForResuming: false, // the row remembers where its bytes went
      ...(way.stack ? { httpStack: way.stack } : {}),
      onShouldRetry: (error) => isPassing(status(error)),
      onProgress: (sent) => {
        alive();
        note(sent);
      },
      onUploadUrlAvailable: () => note(0, true),
      onAfterResponse: (_request, response) => {
        confirmed = response.getHeader("Upload-Sha256") ?? confirmed;
      },
      onError: (error) => {
        clearTimeout(stalled);
        reject(failure(error));
      },
      onSuccess: () => {
        clearTimeout(stalled);
        if (confirmed) resolve(confirmed);
        else confirm(sending.url ?? "").then(resolve, reject);
      },
    });
    alive();
    sending.start();
  });
}

/** The hash the server has for a finished upload. */
async function confirm(url: string): Promise<string> {
  const answer = await fetch(url, {
    credentials: "same-origin",
    cache: "no-store",
    headers: { Accept: "application/json" },
  });
  if (answer.status === 401) throw new SignedOut();
  if (!answer.ok) throw new TypeError(`asking for the hash answered ${answer.status}`);
  return ((await answer.json()) as { sha256: string }).sha256;
}

const status = (error: Error): number =>
  error instanceof DetailedError ? (error.originalResponse?.getStatus() ?? 0) : 0;

/** No answer, somebody else's turn, wrong bytes (dropped by the server), or a server in trouble. */
const isPassing = (code: number): boolean =>
  code === 0 || code === 409 || code === 423 || code === 429 || code === 460 || code >= 500;

function failure(error: Error): Error {
  const code = status(error);
  if (code === 401) return new SignedOut();
  if (code >= 400 && !isPassing(code) && code !== 400) {
    return new PhotoRefused(sentence(error) || `服务器没有收下这张照片（${code}）`);
  }
  return new TypeError(error.message);
}

function sentence(error: Error): string {
  if (!(error instanceof DetailedError)) return "";
  try {
    const body = JSON.parse(error.originalResponse?.getBody() ?? "{}") as { detail?: string };
    return body.detail ?? "";
  } catch {
    return "";
  }
}

/** What travels with the bytes; the server keeps it with the photo. */
export function metadata(row: ShotRow): Record<string, string> {
  const place = row.place;
  const shot = {
    source: row.source,
    device_at: row.takenAt,
    ...(place && {
      lat: place.lat,
      lng: place.lng,
      accuracy_m: place.accuracy,
      located_at: place.at,
      coord_source: place.source,
    }),
  };
  return {
    filename: `${row.id}.${EXTENSIONS[row.type] ?? "jpg"}`,
    filetype: row.type,
    key: row.id,
    sha256: row.sha256,
    phase: row.phase,
    shot: JSON.stringify(shot),
    ...(row.seal && { seal: JSON.stringify(row.seal) }),
  };
}

const EXTENSIONS: Readonly<Record<string, string>> = {
  "image/png": "png",
  "image/webp": "webp",
  "image/heic": "heic",
  "image/heif": "heif",
};
