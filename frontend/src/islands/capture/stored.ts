// A form's photos in the phone's store: there before anything is sent, each with its own state.
import { lastContact } from "../../phone/contact.ts";
import { addShot, bytesOf, onChange, recordOf, removeShot, room, rowsOf, type ShotRow } from "../../phone/store.ts";
import type { Bag, BagItem, Phase } from "./types.ts";

const WORDS: Readonly<Record<ShotRow["state"], (row: ShotRow) => string>> = {
  kept: () => "已存在手机",
  sending: ({ sent, size }) => `正在上传 ${Math.floor((100 * sent) / Math.max(1, size))}%`,
  arrived: () => "已收到",
  taken: () => "已收到",
  refused: ({ why }) => `未收下：${why || "请重新拍"}`,
};

/** The photos of the record that this form fills in; `drawn` is called after each change. */
export async function storedBag(form: HTMLFormElement, phase: Phase, drawn: () => void): Promise<Bag> {
  const recordId = await recordOf(form);
  let items: BagItem[] = [];
  let last = Promise.resolve();
  let queued: Promise<void> | null = null;

  /** Settles after a reading that began after this call. */
  function read(): Promise<void> {
    queued ??= last = last
      .catch(() => undefined)
      .then(() => {
        queued = null;
        return readNow();
      });
    return queued;
  }

  async function readNow(): Promise<void> {
    const known = new Map(items.map((one) => [one.id, one.blob]));
    const rows = (await rowsOf(recordId)).filter((row) => row.phase === phase);
    items = await Promise.all(
      rows.map(async (row) => ({
        id: row.id,
        blob: known.get(row.id) ?? (await bytesOf(row.id)) ?? new Blob(),
        name: row.type,
        source: row.source,
        state: WORDS[row.state](row),
      })),
    );
    drawn();
  }

  await read();
  onChange(() => void read());
  return {
    isStore: true,
    items: () => items,
    async keep(taken) {
      const { id } = await addShot(recordId, { ...taken, phase });
      await read();
      return id;
    },
    async drop(id) {
      await removeShot(id);
      await read();
    },
    async room() {
      const { free } = await room();
      return free === Number.MAX_SAFE_INTEGER ? null : free;
    },
    clockOffset: async () => (await lastContact())?.offsetMs ?? 0,
  };
}
