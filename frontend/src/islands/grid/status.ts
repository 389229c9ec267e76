// The line under the table: how many rows, the jump to one of them, and what was just said.
import { make } from "../../dom.ts";

export interface StatusActions {
  jump(row: number): void;
  stop(): void;
  recount(): void;
  refresh(): void;
}

const SLOW_MS = 1200;

export class Status {
  readonly element: HTMLElement;
  private readonly count = make("span", { class: "grid-count" });
  private readonly stop = make("button", { type: "button", class: "grid-link", hidden: "" }, "停止");
  private readonly fresh = make("button", { type: "button", class: "grid-link", hidden: "" });
  private readonly said = make("span", { class: "grid-said", role: "status", "aria-live": "polite" });
  private readonly place = make("span", { class: "visually-hidden", "aria-live": "polite" });
  private readonly input = make("input", {
    class: "grid-jump", inputmode: "numeric", autocomplete: "off", "aria-label": "跳到第几行",
  });
  private slow = 0;
  private clearing = 0;
  private counting = false;

  constructor(private readonly actions: StatusActions) {
    this.element = make("div", { class: "grid-status" });
    const jump = make("form", { class: "grid-jump-form" });
    const label = make("label");
    label.append("跳到第 ", this.input, " 行");
    jump.append(label, make("button", { type: "submit", class: "visually-hidden" }, "跳转"));
    jump.addEventListener("submit", (event) => {
      event.preventDefault();
      const row = Number(this.input.value.replace(/[,，\s]/g, ""));
      if (Number.isInteger(row) && row > 0) this.actions.jump(row);
      else this.say("请填写行号，例如 900000。");
    });
    this.stop.addEventListener("click", () => {
      if (this.counting) this.actions.stop();
      else this.actions.recount();
    });
    this.fresh.addEventListener("click", () => this.actions.refresh());
    this.element.append(this.count, this.stop, jump, this.fresh, this.said, this.place);
  }

  /** Counting has begun; after a while it says that it reads everything, and can be stopped. */
  beginCount(): void {
    this.counting = true;
    window.clearTimeout(this.slow);
    this.slow = window.setTimeout(() => {
      this.count.textContent = "筛选要读全部数据，正在数行…";
      this.stop.textContent = "停止";
      this.stop.hidden = false;
    }, SLOW_MS);
  }

  counted(total: number): void {
    this.endCount(`共 ${total.toLocaleString("zh-CN")} 行`);
    this.stop.hidden = true;
  }

  notCounted(sentence: string): void {
    this.endCount(sentence);
    this.stop.textContent = "再数一次";
    this.stop.hidden = false;
  }

  private endCount(text: string): void {
    this.counting = false;
    window.clearTimeout(this.slow);
    this.count.textContent = text;
  }

  /** Rows that came or went since: nothing moves under the hand that writes. */
  offerRefresh(rows: number): void {
    this.fresh.hidden = rows === 0;
    this.fresh.textContent = `有 ${rows} 行新增或移走，点此更新`;
  }

  say(sentence: string): void {
    this.said.textContent = sentence;
    window.clearTimeout(this.clearing);
    this.clearing = window.setTimeout(() => (this.said.textContent = ""), 12000);
  }

  /** Where the cursor is, for those who listen. */
  tellPlace(text: string): void {
    this.place.textContent = text;
  }

  focusJump(): void {
    this.input.focus();
    this.input.select();
  }
}
