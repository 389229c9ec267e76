// Fills the page of what lies on this phone; its script is fetched only here.
import { make } from "../dom.ts";

const FAILED = "这个浏览器不能在手机上存放内容（隐私模式，或不是 https 网址）。上报和整改直接提交到服务器。";

export default function outboxPage(root: HTMLElement): void {
  void import("../phone/outbox.ts")
    .then(({ outbox }) => outbox(root))
    .catch(() => root.replaceChildren(make("p", { class: "empty" }, FAILED)));
}
