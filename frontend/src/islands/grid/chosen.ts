// Rows chosen for moves: a bar says how many, and takes them to the page that does the moves.
import { make } from "../../dom.ts";
import type { Model } from "./model.ts";

const MOST = 500; // as many as a bulk move takes

export class Chosen {
  readonly bar = make("form", { class: "grid-chosen", method: "post", hidden: "" });
  private readonly ids = new Set<number>();
  private readonly words = make("span", { role: "status" });
  private readonly go = make("button", { type: "submit", class: "btn btn-primary" });
  private last: number | null = null;

  constructor(
    private readonly model: Model,
    action: string,
    csrf: string,
    private readonly say: (sentence: string) => void,
  ) {
    this.bar.action = action;
    const none = make("button", { type: "button", class: "btn btn-plain" }, "取消选择");
    none.addEventListener("click", () => this.clear());
    this.bar.append(make("input", { type: "hidden", name: "csrf_token", value: csrf }), this.words, this.go, none);
    this.bar.addEventListener("submit", () => {
      for (const old of this.bar.querySelectorAll("[name=ids]")) old.remove();
      for (const id of this.ids) {
        this.bar.append(make("input", { type: "hidden", name: "ids", value: String(id) }));
      }
    });
  }

  has(id: number): boolean {
    return this.ids.has(id);
  }

  /** Choose a row or no longer; with `through` all rows from the one chosen before. */
  async toggle(index: number, through: boolean): Promise<void> {
    const from = through && this.last !== null ? this.last : index;
    if (Math.abs(index - from) >= MOST) return this.say(`一次最多选 ${MOST} 行。`);
    await this.model.gather(Math.min(from, index), Math.max(from, index));
    const row = this.model.getItem(index);
    if (!row) return this.say("这一行还在读取，请稍等。");
    const on = !this.ids.has(row.id) || through;
    for (const id of this.model.ids(Math.min(from, index), Math.max(from, index))) {
      if (!on) this.ids.delete(id);
      else if (this.ids.size < MOST) this.ids.add(id);
    }
    if (this.ids.size >= MOST) this.say(`一次最多选 ${MOST} 行。`);
    this.last = index;
    for (let at = Math.min(from, index); at <= Math.max(from, index); at++) this.model.touch(at);
    this.draw();
  }

  /** To the moves of the rows chosen; false where none is. */
  proceed(): boolean {
    if (this.ids.size === 0) return false;
    this.bar.requestSubmit();
    return true;
  }

  clear(): void {
    const places = [...this.ids].map((id) => this.model.placeOf(id));
    this.ids.clear();
    for (const place of places) if (place !== undefined) this.model.touch(place);
    this.draw();
  }

  private draw(): void {
    const count = this.ids.size;
    this.bar.hidden = count === 0;
    this.words.textContent = `已选 ${count} 行`;
    this.go.textContent = `办理 ${count} 条… Ctrl+Enter`;
  }
}
