// A part of a page that takes long: asked for again with more patience, put in its place, or stopped.
import { need } from "../dom.ts";
import { newToken, stopRun } from "../runs.ts";

const STOPPED = "已停止。可以改筛选条件，或再试一次。";
const AWAY = "网络不通，没有读完。请检查后再试。";

export default function slowPart(root: HTMLElement): void {
  const { href, stop, csrf } = root.dataset;
  const place = root.closest<HTMLElement>("[id^='part-']");
  if (!href || !stop || !csrf || !place) throw new Error("slow-part needs data-href, -stop, -csrf and a place");
  if (place.parentElement?.id === "grid" && window.matchMedia("(min-width: 768px)").matches) return; // the grid reads itself
  const said = need(root, "[role=status]", HTMLElement);
  const halt = need(root, "[data-halt]", HTMLButtonElement);
  const again = need(root, "[data-again]", HTMLAnchorElement);
  const waiting = said.textContent ?? "";
  let asking: AbortController | null = null;

  function show(sentence: string, goesOn: boolean): void {
    said.textContent = sentence;
    halt.hidden = !goesOn;
    again.textContent = "再试";
    for (const link of root.querySelectorAll("a")) link.classList.toggle("without-script", goesOn);
  }

  async function ask(): Promise<void> {
    const mine = new AbortController();
    const run = newToken();
    asking = mine;
    show(waiting, true);
    mine.signal.addEventListener("abort", () => stopRun(stop as string, csrf as string, run));
    try {
      const answer = await fetch(`${href}&run=${run}`, {
        headers: { Accept: "text/html" },
        credentials: "same-origin",
        signal: mine.signal,
      });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page.getElementById((place as HTMLElement).id);
      asking = null;
      if (!answer.ok || !fresh) return show(AWAY, false);
      put(document.importNode(fresh, true));
    } catch {
      show(mine.signal.aborted ? STOPPED : AWAY, false);
    }
  }

  function put(fresh: HTMLElement): void {
    const held = root.contains(document.activeElement);
    (place as HTMLElement).replaceWith(fresh);
    fresh.dispatchEvent(new CustomEvent("content-added", { bubbles: true }));
    if (!held) return;
    fresh.tabIndex = -1;
    fresh.focus();
  }

  halt.addEventListener("click", () => {
    asking?.abort();
    again.focus();
  });
  again.addEventListener("click", (event) => {
    event.preventDefault();
    void ask();
    halt.focus();
  });
  window.addEventListener("pagehide", () => asking?.abort());
  void ask();
}
