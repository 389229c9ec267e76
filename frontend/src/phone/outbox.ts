// The page of what lies on this phone: what waits, drafts, what the server has.
import "./outbox.scss";
import { make } from "../dom.ts";
import { thumbnail, icon } from "./drawing.ts";
import type { ShotRow } from "./db.ts";
import { actionsOf, mayRetry } from "./outbox-actions.ts";
import { goOnFromOutbox, stayHere } from "./going-on.ts";
import { headOf } from "./outbox-head.ts";
import { onChange } from "./store.ts";
import { isSent, type Item, moment, type Summary, summary } from "./summary.ts";
import { keepSending } from "./sync.ts";

type List = { name: string; title: string; empty: string; items: (now: Summary) => Item[] };

const LISTS: readonly List[] = [
  {
    name: "waiting",
    title: "待发送",
    empty: "没有等待发送的内容。没有网络时提交的上报和整改会排在这里，有网络后自动发送。",
    items: ({ waiting }) => waiting,
  },
  {
    name: "drafts",
    title: "草稿",
    empty: "没有写到一半的内容。填表时写下的、拍下的会自动存在这里，关掉浏览器也不会丢。",
    items: ({ drafts }) => drafts,
  },
  {
    name: "sent",
    title: "已发送",
    empty: "最近七天里，服务器收下的会列在这里，可以点开查看。",
    items: ({ sent }) => sent,
  },
];

/** Fill the page, and keep it true while photos travel. */
export async function outbox(root: HTMLElement): Promise<void> {
  const login = root.dataset["login"] ?? "/login";
  const lists = new Map(LISTS.map((list) => [list.name, section(list)]));
  const cards = new Map<string, HTMLElement>();
  const head = headOf(login);
  const draw = async (): Promise<void> => {
    const now = await summary();
    head.draw(now);
    for (const list of LISTS) fill(lists.get(list.name), list.items(now), now, cards);
    goOnFromOutbox([...now.waiting, ...now.sent].map(({ record }) => record));
  };
  await draw();
  root.replaceChildren(head.element, ...lists.values(), head.settings);
  let waiting = 0;
  const soon = (): void => {
    window.clearTimeout(waiting);
    waiting = window.setTimeout(() => void draw(), 150);
  };
  onChange(soon);
  for (const name of ["online", "offline"]) window.addEventListener(name, soon);
  keepSending();
  stayHere(root);
  const named = location.hash ? document.getElementById(location.hash.slice(1)) : null;
  named?.scrollIntoView({ block: "center" });
}

function section({ name, title, empty }: List): HTMLElement {
  const part = make("section", { class: "outbox-list", "aria-labelledby": `${name}-title` });
  const heading = make("h2", { id: `${name}-title` }, title);
  heading.append(make("span", { class: "count" }));
  part.append(heading, make("p", { class: "quiet" }, empty), make("ul", { class: "outbox-items" }));
  return part;
}

function fill(part: HTMLElement | undefined, items: readonly Item[], now: Summary, cards: Map<string, HTMLElement>): void {
  const list = part?.querySelector("ul");
  const count = part?.querySelector<HTMLElement>(".count");
  const empty = part?.querySelector("p");
  if (!list || !count || !empty) return;
  count.textContent = String(items.length);
  count.hidden = items.length === 0;
  empty.hidden = items.length > 0;
  arrange(list, items.map((item) => card(item, now, cards)));
}

/** What stands right already is not touched: WebKit shows no picture in a canvas put in again. */
function arrange(list: Element, wanted: readonly HTMLElement[]): void {
  for (const old of [...list.children]) if (!wanted.includes(old as HTMLElement)) old.remove();
  wanted.forEach((one, at) => {
    if (list.children[at] !== one) list.insertBefore(one, list.children[at] ?? null);
  });
}

/** One record; its pictures are drawn once, its words anew. */
function card(item: Item, now: Summary, cards: Map<string, HTMLElement>): HTMLElement {
  const { record, shots } = item;
  let one = cards.get(record.id);
  if (!one) {
    one = make("li", { class: "outbox-item panel", id: `record-${record.id}` });
    one.append(make("h3"), make("p", { class: "outbox-said" }), make("ul", { class: "shots" }), make("div", { class: "actions" }));
    cards.set(record.id, one);
  }
  one.classList.toggle("is-refused", record.state === "refused");
  const [title, said, list, actions] = [...one.children] as [HTMLElement, HTMLElement, HTMLElement, HTMLElement];
  title.textContent = record.title;
  said.textContent = words(item, now);
  const rows = new Map([...list.children].map((row) => [(row as HTMLElement).dataset["shot"], row as HTMLElement]));
  const shown = record.state === "sent" ? [] : shots; // the phone has let go of their bytes
  arrange(list, shown.map((shot, at) => shotRow(shot, at, rows.get(shot.id), now)));
  list.hidden = shown.length === 0;
  const key = `${record.state}|${record.href}|${mayRetry(item, now)}`;
  if (actions.dataset["for"] !== key) {
    actions.dataset["for"] = key;
    actions.replaceChildren(...actionsOf(item, now));
  }
  return one;
}

const KINDS: Readonly<Record<Item["record"]["kind"], string>> = {
  report: "上报",
  draft: "存草稿",
  rectification: "整改",
  evidence: "补充照片",
};

function words({ record, shots }: Item, now: Summary): string {
  const what = KINDS[record.kind];
  const arrived = shots.filter(isSent).length;
  const photos = shots.length ? `${shots.length} 张照片` : "没有照片";
  switch (record.state) {
    case "draft":
      return `${what} · ${photos} · ${moment(record.changedAt)} 存在手机上`;
    case "refused":
      return `没有被接受：${record.why}`;
    case "sent":
      return `${what} · ${moment(record.sentAt ?? record.createdAt)} 送达${shots.length ? `，${shots.length} 张照片服务器都已核对` : ""}`;
    case "waiting": {
      const so_far = shots.length ? `照片已传 ${arrived}/${shots.length}` : what;
      if (now.out) return `${so_far} · 请登录后继续发送`;
      if (now.offline) return `${so_far} · 等待网络`;
      if (now.wifi) return `${so_far} · 等待 Wi-Fi`;
      return record.tries ? `${so_far} · 网络不稳，稍后自动再试` : `${so_far} · 正在发送`;
    }
  }
}

function shotRow(shot: ShotRow, at: number, known: HTMLElement | undefined, now: Summary): HTMLElement {
  const row = known ?? newShotRow(shot, at);
  const bar = row.querySelector("progress");
  const said = row.querySelector(".shot-said");
  const under = shot.state === "sending" && !now.offline;
  if (bar) {
    bar.value = isSent(shot) ? shot.size : shot.sent;
    bar.hidden = !under;
  }
  const text = shotWords(shot, under);
  if (said && said.textContent !== text) said.textContent = text;
  row.classList.toggle("is-refused", shot.state === "refused");
  return row;
}

function shotWords(shot: ShotRow, under: boolean): string {
  const percent = Math.floor((100 * shot.sent) / Math.max(1, shot.size));
  if (under) return `正在传 ${percent}%`;
  if (shot.state === "refused") return `没收下：${shot.why}`;
  if (shot.state === "arrived") return "已传到，已核对";
  if (shot.state === "taken") return "服务器已收下";
  return percent > 0 ? `未传完，已传 ${percent}%` : "在手机上，未传";
}

function newShotRow(shot: ShotRow, at: number): HTMLElement {
  const row = make("li", { "data-shot": shot.id });
  const frame = make("span", { class: "shot-frame" });
  frame.append(icon("photo"));
  const bar = make("progress", { max: String(Math.max(1, shot.size)), "aria-label": `第 ${at + 1} 张照片的进度` });
  row.append(frame, bar, make("span", { class: "shot-said" }));
  void thumbnail(shot.id, `第 ${at + 1} 张照片`).then((picture) => frame.replaceChildren(picture));
  return row;
}
