// What a person can do with one record of the outbox, and what it costs him.
import { ask } from "../ask.ts";
import { make } from "../dom.ts";
import type { PhoneRecord } from "./db.ts";
import { icon } from "./drawing.ts";
import { changeRecord, record, removeRecord } from "./store.ts";
import type { Item, Summary } from "./summary.ts";
import { send } from "./sync.ts";

/** The buttons of a record, the likeliest first. */
export function actionsOf(item: Item, now: Summary): HTMLElement[] {
  const { record: one } = item;
  switch (one.state) {
    case "draft":
      return [goOn(one, "接着填写", "primary"), removal(item)];
    case "refused":
      return [goOn(one, "修改后再发送", "primary"), removal(item)];
    case "waiting":
      return mayRetry(item, now) ? [retry(one), goOn(one, "修改", "plain")] : [goOn(one, "修改", "plain")];
    case "sent":
      return one.href ? [link("查看", one.href, "eye", "plain")] : [];
  }
}

/** It stands still although there is network: a press may help. */
export const mayRetry = ({ record: one }: Item, now: Summary): boolean =>
  one.state === "waiting" && !now.out && !now.offline && (now.wifi || one.tries > 0);

function link(text: string, href: string, picture: string, kind: string): HTMLElement {
  const made = make("a", { class: `btn btn-${kind}`, href });
  made.append(icon(picture), text);
  return made;
}

const goOn = (one: PhoneRecord, text: string, kind: string): HTMLElement =>
  link(text, `${one.action}?record=${one.id}`, "pencil", kind);

function button(text: string, picture: string, kind: string, press: () => Promise<void>): HTMLElement {
  const made = make("button", { type: "button", class: `btn btn-${kind}` });
  made.append(icon(picture), text);
  made.addEventListener("click", () => {
    if (made.getAttribute("aria-busy") === "true") return;
    made.setAttribute("aria-busy", "true");
    void press().finally(() => made.removeAttribute("aria-busy"));
  });
  return made;
}

/** Sends at once what would wait its turn; the key is the same, so nothing is doubled. */
const retry = (one: PhoneRecord): HTMLElement =>
  button("现在发送", "send", "plain", async () => {
    await changeRecord(one.id, (now) => {
      now.nextTryAt = 0;
    });
    await send({ force: true });
  });

function removal({ record: one, shots }: Item): HTMLElement {
  return button("删除", "trash", "quiet", async () => {
    const photos = shots.length ? `${shots.length} 张照片和填写的文字` : "填写的文字";
    const question = `删除“${one.title}”？${photos}只存在这部手机上，删除后找不回来。`;
    if (!(await ask(question, "删除，不再保留"))) return;
    const now = await record(one.id);
    if (now?.state === "draft" || now?.state === "refused") await removeRecord(one.id);
  });
}
