// A desk by keyboard: next and previous, the verdict, the reasons, and the next problem at once.
import { dropAccepted } from "../../behaviours/draft-keeper.ts";
import { all, isTyping, make, submitForm } from "../../dom.ts";
import { fetchAhead, parsed, showPage, type Page } from "./ahead.ts";
import { isViewing } from "./compare.ts";
import { showKeys } from "./help.ts";
import { reasonsIn } from "./reasons.ts";

type Attach = (root: ParentNode) => void;
type Done = { next: string; bar: string };

const REFUSED = [409, 422]; // the desk comes back, saying why; other answers are no desk
const LOST = "没有送到服务器，请检查网络后再按一次；内容还在。";

export function sitDown(root: HTMLElement, attach: Attach): void {
  const stop = new AbortController();
  const way = (rel: string): HTMLAnchorElement | null => document.querySelector<HTMLAnchorElement>(`.walk a[rel=${rel}]`);
  const next = way("next")?.getAttribute("href") ?? "";
  let ahead: Promise<Page | null> | null = null;
  const fetchNext = (): Promise<Page | null> => (ahead ??= next ? fetchAhead(next) : Promise.resolve(null));
  window.setTimeout(() => root.isConnected && void fetchNext(), 150); // this page's pictures first

  const pass = root.querySelector<HTMLFormElement>("[data-verdict=pass] form");
  const back = root.querySelector<HTMLElement>("[data-verdict=back]");
  const reasons = back ? reasonsIn(back) : null;
  const actions: Record<string, () => void> = {
    j: () => void go(),
    k: () => way("prev")?.click(),
    "?": () => showKeys(pass !== null),
    "？": () => showKeys(pass !== null),
  };
  if (pass) actions["y"] = () => submitForm(pass, pass.querySelector<HTMLElement>("button[name=move]"));
  if (reasons) actions["n"] = () => reasons.open();
  if (root.querySelector(".photo-twins")) actions["t"] = () => openTwin(root);

  document.addEventListener(
    "keydown",
    (event) => {
      if (!root.isConnected) return stop.abort();
      if (isTyping(event) || event.repeat || isViewing() || document.querySelector("dialog[open]")) return;
      const act = actions[event.key.length === 1 ? event.key.toLowerCase() : event.key];
      if (act) act();
      else if (!reasons?.press(event)) return;
      event.preventDefault();
    },
    { signal: stop.signal },
  );
  if (root.hasAttribute("data-sends")) {
    root.addEventListener("submit", (event) => {
      if (event.defaultPrevented || !(event.target instanceof HTMLFormElement)) return;
      if (!event.target.closest("[data-verdict]")) return;
      event.preventDefault();
      void send(event.target, event.submitter);
    });
  }
  addHelp(pass !== null);
  name(pass?.querySelector("button[name=move]"), "Y");
  name(back?.querySelector("summary"), "N");

  async function go(): Promise<void> {
    const page = await fetchNext();
    if (page) showPage(page, attach);
    else if (next) window.location.assign(next);
  }

  async function send(form: HTMLFormElement, button: HTMLElement | null): Promise<void> {
    const body = new FormData(form);
    if (button instanceof HTMLButtonElement) body.append(button.name, button.value);
    try {
      const answer = await fetch(form.action, { method: "POST", body, credentials: "same-origin", headers: { "X-Desk": "1" } });
      if (answer.ok && answer.headers.get("Content-Type")?.includes("json")) {
        return await shown((await answer.json()) as Done);
      }
      const found = parsed(await answer.text());
      if (REFUSED.includes(answer.status)) return showPage({ url: form.action, found }, attach, "", false);
      again(form, found.querySelector("#main .panel p")?.textContent?.trim() || LOST);
    } catch {
      again(form, LOST);
    }
  }

  async function shown(done: Done): Promise<void> {
    const page = done.next === next ? await fetchNext() : null;
    if (!page) return window.location.assign(done.next);
    showPage(page, attach, done.bar);
    dropAccepted();
  }
}

/** Why nothing happened, beside the button that was pressed and can be pressed again. */
function again(form: HTMLFormElement, sentence: string): void {
  window.dispatchEvent(new Event("pageshow")); // submit-guard lets go
  form.querySelector("[data-desk-trouble]")?.remove();
  form.append(make("p", { class: "form-error", role: "alert", "data-desk-trouble": "" }, sentence));
}

/** The photo that caused the first signal, large; the photo it speaks against is beside it. */
function openTwin(root: HTMLElement): void {
  const first = root.querySelector(".photo-twins");
  const links = first ? all(first, "a[data-photo]", HTMLAnchorElement) : [];
  links[links.length - 1]?.dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true }));
}

/** The key beside the words it stands for, where there are keys. */
function name(element: Element | null | undefined, key: string): void {
  element?.append(make("kbd", { class: "hide-on-phone", "aria-hidden": "true" }, key));
}

function addHelp(judges: boolean): void {
  const walk = document.querySelector(".walk");
  if (!walk || walk.querySelector("[data-desk-keys]")) return;
  const button = make("button", { type: "button", class: "btn btn-quiet hide-on-phone", "data-desk-keys": "" }, "快捷键 ");
  button.append(make("kbd", {}, "?"));
  button.addEventListener("click", () => showKeys(judges));
  walk.append(button);
}
