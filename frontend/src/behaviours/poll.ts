// Asks for this same element again until it comes back without data-behaviour="poll": the job has ended.
const FIRST_MS = 1000;
const LONGEST_MS = 15000;
const GROWTH = 1.4;

export default function poll(root: HTMLElement, attach: (root: ParentNode) => void): void {
  const href = root.dataset["href"];
  if (!href) throw new Error("poll needs data-href");
  let shown = root;
  let pause = FIRST_MS;

  async function ask(): Promise<void> {
    if (!shown.isConnected) return;
    if (document.hidden) return later();
    let fresh: HTMLElement | null = null;
    try {
      const answer = await fetch(href as string, {
        headers: { Accept: "text/html" },
        credentials: "same-origin",
        cache: "no-cache", // the browser sends the ETag; an unchanged job costs a 304
      });
      if (answer.ok && !answer.redirected) fresh = firstElement(await answer.text());
    } catch {
      // offline for a moment: ask again, later and later
    }
    if (!fresh) return later();
    const changed = fresh.textContent !== shown.textContent;
    const goesOn = (fresh.dataset["behaviour"] ?? "").split(/\s+/).includes("poll");
    if (goesOn) delete fresh.dataset["behaviour"]; // this loop goes on with it
    shown.replaceWith(fresh);
    shown = fresh;
    if (fresh.parentElement) attach(fresh.parentElement);
    if (changed) pause = FIRST_MS;
    if (goesOn) later();
  }

  function later(): void {
    window.setTimeout(() => void ask(), pause);
    pause = Math.min(pause * GROWTH, LONGEST_MS);
  }

  later();
}

function firstElement(html: string): HTMLElement | null {
  const body = new DOMParser().parseFromString(html, "text/html").body;
  const first = body.firstElementChild;
  return first instanceof HTMLElement ? document.importNode(first, true) : null;
}
