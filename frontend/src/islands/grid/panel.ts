// One row with everything in it, beside the table.
import { make } from "../../dom.ts";
import { type Transport, isAbort, saidBy } from "./transport.ts";

export class Panel {
  readonly element = make("aside", { class: "grid-panel", hidden: "", "aria-label": "整行内容" });
  private readonly title = make("h2", { tabindex: "-1" });
  private readonly body = make("div", { class: "grid-panel-body" });
  private loading: AbortController | null = null;
  shownId: number | null = null;
  onClose: () => void = () => undefined;
  onStep: (by: number) => void = () => undefined;

  constructor(
    private readonly transport: Transport,
    private readonly url: string,
    private readonly sheet: number,
  ) {
    const head = make("div", { class: "grid-panel-head" });
    const button = (label: string, sign: string, act: () => void): HTMLButtonElement => {
      const made = make("button", { type: "button", class: "grid-icon", "aria-label": label, title: label }, sign);
      made.addEventListener("click", act);
      return made;
    };
    head.append(
      this.title,
      button("上一行", "↑", () => this.onStep(-1)),
      button("下一行", "↓", () => this.onStep(1)),
      button("收起（Esc）", "×", () => this.close()),
    );
    this.element.append(head, this.body);
    this.element.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || event.defaultPrevented) return;
      event.stopPropagation();
      this.close();
    });
  }

  get isOpen(): boolean {
    return !this.element.hidden;
  }

  async open(id: number, name: string, takeFocus: boolean): Promise<void> {
    this.loading?.abort();
    this.loading = new AbortController();
    this.shownId = id;
    this.title.textContent = name;
    this.element.hidden = false;
    if (takeFocus) this.title.focus();
    try {
      const url = `${this.url.replace(/0$/, String(id))}?sheet=${this.sheet}&part=1`;
      const html = await this.transport.html(url, this.loading.signal);
      const parsed = new DOMParser().parseFromString(html, "text/html").body;
      this.body.replaceChildren(...[...parsed.children].map((child) => document.importNode(child, true)));
      this.body.dispatchEvent(new CustomEvent("content-added", { bubbles: true }));
      this.body.scrollTop = 0;
    } catch (error) {
      if (isAbort(error)) return;
      this.body.replaceChildren(make("p", { role: "alert" }, saidBy(error)));
    }
  }

  close(): void {
    this.loading?.abort();
    this.element.hidden = true;
    this.shownId = null;
    this.onClose();
  }
}
