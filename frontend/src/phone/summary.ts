// How much waits on this phone, of whom, and in which words it is said.
import { isOut } from "./contact.ts";
import type { PhoneRecord, ShotRow } from "./db.ts";
import { allRecords, pageUser, rowsOf } from "./store.ts";
import { waitsForWifi } from "./sync.ts";

export type Item = { record: PhoneRecord; shots: ShotRow[] };
export type Summary = {
  drafts: Item[];
  waiting: Item[];
  sent: Item[];
  photosLeft: number;
  refused: number;
  others: number; // records of other people that wait on this phone
  out: boolean;
  wifi: boolean;
  offline: boolean;
};

export const isSent = (shot: ShotRow): boolean => shot.state === "arrived" || shot.state === "taken";

/** All of it; a page of nobody sees figures only, and nothing of whose they are. */
export async function summary(): Promise<Summary> {
  const user = pageUser();
  const records = await allRecords();
  const open = records.filter((one) => one.state === "waiting" || one.state === "refused");
  const mine = user === null ? open : records.filter((one) => one.userId === user);
  const items = await Promise.all(
    mine.map(async (record) => ({ record, shots: await rowsOf(record.id) })),
  );
  const of = (...states: PhoneRecord["state"][]): Item[] =>
    items.filter(({ record }) => states.includes(record.state));
  const waiting = of("waiting", "refused");
  const left = of("waiting").flatMap(({ shots }) => shots.filter((shot) => !isSent(shot)));
  return {
    drafts: of("draft").filter((one) => !isBlank(one)).reverse(),
    waiting,
    sent: of("sent").reverse(),
    photosLeft: left.length,
    refused: of("refused").length,
    others: user === null ? 0 : open.filter((one) => one.userId !== user).length,
    out: user === null || (await isOut()),
    wifi: await waitsForWifi(),
    offline: !navigator.onLine,
  };
}

/** Opened and left again: no photo, no word. */
const isBlank = ({ record, shots }: Item): boolean =>
  shots.length === 0 && (record.blank ?? record.fields.length === 0);

/** One line for the top of every page; empty when nothing waits. */
export function lineOf(now: Summary): string {
  const going = now.waiting.length - now.refused;
  if (going === 0) return now.refused ? `${now.refused} 件没有被接受，请修改后再发送` : "";
  const what = now.photosLeft ? `${now.photosLeft} 张照片未传` : `${going} 件待发送`;
  if (now.out) return `${what}，请登录后继续发送`;
  if (now.offline) return `${what}，有网络后自动发送`;
  if (now.wifi) return `${what}，连上 Wi-Fi 后发送`;
  const stuck = now.waiting.every(({ record }) => record.state === "refused" || record.tries > 0);
  if (stuck && !now.refused) return `${what}，网络不稳，稍后自动再试`;
  return now.refused ? `${what}，另有 ${now.refused} 件要修改` : `${what}，正在发送`;
}

/** 11月23日 10:05, in the phone's own time. */
export function moment(iso: string): string {
  const at = new Date(iso);
  const two = (figure: number): string => String(figure).padStart(2, "0");
  return `${at.getMonth() + 1}月${at.getDate()}日 ${two(at.getHours())}:${two(at.getMinutes())}`;
}
