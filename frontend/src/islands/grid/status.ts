// The line under the table: how many rows, the jump to one of them, and what was just said.
import { make } from "../../dom.ts";

export interface StatusActions {
  jump(row: number): void;
  stop(): void;
  recount(): void;
  refresh(): void;
  halt(): void;
  again(): void;
}

const SLOW_MS = 1200;

export class Status {
  readonly element: HTMLElement;
  private readonly count = make("span", { class: "grid-count" });
  private readonly stop = make("button", { type: "button", class: "grid-link", hidden: "" }, "停止");
  private readonly fresh = make("button", { type: "button", class: "grid-link", hidden: "" });
  private readonly said = make("span", { class: "grid-said", role: "status", "aria-live": "polite" });
  private readonly halt = link("停止", "停止读取");
  private readonly again = link("再试", "再试一次");
  private readonly change = link("改筛选", "");
  private readonly place = make("span", { class: "visually-hidden", "aria-live": "polite" });
  private readonly input = make("input", {
    class: "grid-jump", inputmode: "numeric", autocomplete: "off", "aria-label": "跳到第几行",
  });
  private slow = 0;
  private clearing = 0;
  private counting = false;
  private lasting = ""; // said until the rows are here, under what is said in passing

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
    this.halt.addEventListener("click", () => this.actions.halt());
    this.again.addEventListener("click", () => this.actions.again());
    this.change.addEventListener("click", openFilter);
    const own = [this.said, this.halt, this.again, this.change, this.place];
    this.element.append(this.count, this.stop, jump, this.fresh, ...own);
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
    this.clearing = window.setTimeout(() => (this.said.textContent = this.lasting), 12000);
  }

  /** Rows are on their way and can be stopped. */
  wait(sentence: string): void {
    this.last(sentence, true);
  }

  /** Nothing is waited for any more; what was said of an end stays. */
  waited(): void {
    if (this.halt.hidden) return;
    if (document.activeElement === this.halt) this.input.focus(); // the button goes away
    this.rest();
  }

  /** Nothing is left to say of rows. */
  rest(): void {
    this.last("", false);
  }

  /** Rows will not come by themselves: one may try again, or ask for others. */
  ended(sentence: string): void {
    const held = document.activeElement === this.halt;
    this.last(sentence, false);
    this.again.hidden = false;
    this.change.hidden = false;
    if (held) this.again.focus();
  }

  private last(sentence: string, canHalt: boolean): void {
    window.clearTimeout(this.clearing);
    this.lasting = sentence;
    this.said.textContent = sentence;
    this.halt.hidden = !canHalt;
    this.again.hidden = true;
    this.change.hidden = true;
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

function link(text: string, label: string): HTMLButtonElement {
  const more = label ? { "aria-label": label } : {};
  return make("button", { type: "button", class: "grid-link", hidden: "", ...more }, text);
}

function openFilter(): void {
  const tool = document.querySelector<HTMLDetailsElement>(".tool-filter");
  if (!tool) return;
  tool.open = true;
  tool.querySelector("summary")?.focus();
}
