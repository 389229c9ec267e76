// The line on every page while something waits on this phone, and the sending behind it.
import "./bar.scss";
import { make } from "../dom.ts";
import { tell, onChange, pageUser } from "./store.ts";
import { lineOf, type Summary, summary } from "./summary.ts";
import { keepSending } from "./sync.ts";

const LOGIN = "/login?next=/outbox";

export async function bar(): Promise<void> {
  const place = document.querySelector("main .container-xl");
  if (!place) return;
  const line = make("a", { class: "phone-bar no-print", href: "/outbox", role: "status" });
  const mark = make("span", { class: "phone-bar-mark", "aria-hidden": "true" });
  const words = make("span");
  line.append(mark, words);
  place.prepend(line);

  const draw = async (): Promise<void> => {
    const now = await summary();
    const text = lineOf(now);
    line.hidden = text === "" || location.pathname === "/outbox"; // which says more
    if (words.textContent !== text) words.textContent = text;
    line.href = now.out && text ? LOGIN : "/outbox";
    count(now);
  };
  let waiting = 0;
  const soon = (): void => {
    window.clearTimeout(waiting);
    waiting = window.setTimeout(() => void draw(), 150);
  };
  onChange(soon);
  window.addEventListener("online", soon);
  window.addEventListener("offline", soon);
  await draw();
  await tell(); // sets the mark right where the service worker sent what there was
  if (pageUser() !== null) keepSending();
}

/** The menu's own entry says how many records wait. */
function count(now: Summary): void {
  for (const link of document.querySelectorAll("nav a[href='/outbox']")) {
    link.querySelector(".count")?.remove();
    if (now.waiting.length === 0) continue;
    const figure = make("span", { class: "count" }, String(now.waiting.length));
    figure.append(make("span", { class: "visually-hidden" }, " 件"));
    link.append(figure);
  }
}
