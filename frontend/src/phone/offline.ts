// Starts the service worker, and tells it which pages this person works on.

const READ_OFFLINE = /^\/(today|report|mine|outbox|unit|brigade)$/;

export async function keepOffline(): Promise<void> {
  try {
    await navigator.serviceWorker.register("/sw.js", { scope: "/", updateViaCache: "none" });
    const ready = await navigator.serviceWorker.ready;
    ready.active?.postMessage({ warm: pagesOfTheMenu() });
  } catch {
    // a private window, or no certificate: the site works as a site
  }
}

function pagesOfTheMenu(): string[] {
  const links = [...document.querySelectorAll<HTMLAnchorElement>("nav a[href]")];
  const paths = links.map((link) => new URL(link.href).pathname);
  return [...new Set(paths.filter((path) => READ_OFFLINE.test(path)))];
}
