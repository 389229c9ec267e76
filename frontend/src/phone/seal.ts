// Seals a photo on the phone, so that the server can tell later that time and place were not changed.
import { type Place, type Seal, toHex } from "./db.ts";

export type Sealing = {
  nonce: { id: string; key: string };
  device: string;
  sequence: number;
  takenAt: Date; // the server's time, as far as the phone knows it
  place: Place | null;
  sha256: string;
};

/** Hex SHA-256 of bytes. */
export async function hashOf(bytes: BufferSource): Promise<string> {
  return toHex(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)));
}

/** The seal over everything given: hex HMAC-SHA256 under the nonce's key. */
export async function seal(given: Sealing): Promise<Seal> {
  const { nonce, device, sequence, place, sha256 } = given;
  const taken_at = given.takenAt.toISOString();
  const lat = place ? place.lat.toFixed(7) : "";
  const lng = place ? place.lng.toFixed(7) : "";
  const accuracy = place?.accuracy != null ? place.accuracy.toFixed(1) : "";
  const text = ["v1", nonce.id, device, String(sequence), taken_at, lat, lng, accuracy, sha256].join("\n");
  const key = await crypto.subtle.importKey(
    "raw",
    bytesOf(nonce.key),
    { name: "HMAC", hash: "SHA-256" },
    false,
    ["sign"],
  );
  const mac = toHex(new Uint8Array(await crypto.subtle.sign("HMAC", key, new TextEncoder().encode(text))));
  return { v: 1, nonce: nonce.id, device, sequence, taken_at, lat, lng, accuracy, sha256, mac };
}

function bytesOf(hex: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(hex.length / 2);
  for (let at = 0; at < bytes.length; at++) bytes[at] = parseInt(hex.slice(at * 2, at * 2 + 2), 16);
  return bytes;
}
