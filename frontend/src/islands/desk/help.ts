// The keys of a desk, told on one.
import { make } from "../../dom.ts";

const WALKING = [
  ["J", "下一件"],
  ["K", "上一件"],
] as const;
const JUDGING = [
  ["Y", "通过（核查通过 / 同意销号）"],
  ["N", "退件：打开原因，按 1-9 选，Enter 送出，Esc 收起"],
  ["Z", "撤回刚才的结论"],
  ["B", "前后切换，按住闪烁"],
  ["C", "并排、滑块、切换；滑块用 ← → 移动"],
  ["F", "大图"],
  ["T", "打开提示里的对照照片"],
] as const;

export function showKeys(judges: boolean): void {
  const dialog = make("dialog", { "aria-label": "快捷键" });
  const list = make("dl", { class: "keys" });
  for (const [key, words] of [...(judges ? JUDGING : []), ...WALKING, ["?", "显示这些快捷键"] as const]) {
    const name = make("dt");
    name.append(make("kbd", {}, key));
    list.append(name, make("dd", {}, words));
  }
  const form = make("form", { method: "dialog", class: "actions" });
  form.append(make("button", { class: "btn btn-primary", autofocus: "" }, "知道了"));
  dialog.append(make("h2", {}, "快捷键"), list, form);
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}
