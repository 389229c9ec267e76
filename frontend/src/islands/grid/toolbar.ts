// The toolbar is drawn by the server: after a change of the address it is asked for anew.
import type { Transport } from "./transport.ts";

const PARTS = [".table-bar", ".toolbar", ".filter-sentence"];

export async function renewToolbar(transport: Transport): Promise<void> {
  const here = window.location.href;
  try {
    const html = await transport.html(here);
    if (here !== window.location.href) return; // it has moved on meanwhile
    const page = new DOMParser().parseFromString(html, "text/html");
    for (const part of PARTS) renew(document.querySelector(part), page.querySelector(part));
  } catch {
    // the rows are right; the toolbar is with the next page
  }
}

function renew(old: Element | null, fresh: Element | null): void {
  if (!fresh) return old?.remove();
  const node = document.importNode(fresh, true);
  if (old) old.replaceWith(node);
  else document.querySelector(".grid-room")?.before(node);
  node.parentElement?.dispatchEvent(new CustomEvent("content-added", { bubbles: true }));
}
