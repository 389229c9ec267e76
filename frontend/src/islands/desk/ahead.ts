// The next problem's page, fetched while this one is looked at, and shown in its place.
import { all } from "../../dom.ts";

const PICTURES = ".compare-stage img, .photos-large img";
export type Page = { url: string; found: Document };

/** The page at an address with its large pictures on their way; null where it cannot be had. */
export async function fetchAhead(url: string): Promise<Page | null> {
  try {
    const answer = await fetch(url, { credentials: "same-origin" });
    if (!answer.ok || answer.redirected) return null;
    const found = parsed(await answer.text());
    for (const picture of all(found, PICTURES, HTMLImageElement)) {
      new Image().src = new URL(picture.getAttribute("src") ?? "", window.location.href).href;
    }
    return { url, found };
  } catch {
    return null;
  }
}

export const parsed = (html: string): Document => new DOMParser().parseFromString(html, "text/html");

/** Put a page's main part in place of this one's; `extra` is markup of ours to stand above it. */
export function showPage(page: Page, attach: (root: ParentNode) => void, extra = "", isNew = true): void {
  const here = document.getElementById("main");
  const there = page.found.getElementById("main");
  if (!here || !there) return window.location.assign(page.url);
  const main = document.importNode(there, true);
  for (const image of all(main, "img", HTMLImageElement)) image.loading = "eager";
  if (extra) {
    for (const old of all(main, "form.taken", HTMLElement)) old.remove();
    main.querySelector(".page-heading")?.before(...document.importNode(parsed(extra).body, true).children);
  }
  here.replaceWith(main);
  document.title = page.found.title;
  if (isNew) window.history.pushState({ desk: true }, "", page.url);
  attach(main);
  window.scrollTo(0, 0);
  main.focus({ preventScroll: true });
}

// A page put in place of another has no state to come back to: it is asked for again.
window.addEventListener("popstate", () => window.location.reload());
