// A part of the page that covers all the rest: focus stays in it, the way back closes it.
import { all } from "../../dom.ts";

const HASH = "#capture";
const BACK_MS = 500;
const STOPS = "button, input, [href], [tabindex='0']";

export type Overlay = { close(): Promise<void> };

/** Cover the page with `root` until closed. `leave` is called for Escape and for the phone's own
 * way back. */
export function cover(root: HTMLElement, leave: () => void): Overlay {
  const others = [...document.body.children].filter(
    (one): one is HTMLElement => one instanceof HTMLElement && !one.inert,
  );
  for (const one of others) one.inert = true;
  document.documentElement.classList.add("is-covered");
  document.body.append(root);
  const linked = location.hash === HASH; // opened by a link: there is no step of ours to go back
  if (!linked) history.pushState(history.state, "", HASH);
  let back = false;

  const popped = (): void => {
    back = true;
    leave();
  };
  const pressed = (event: KeyboardEvent): void => {
    if (event.key === "Escape") {
      event.preventDefault();
      leave();
    } else if (event.key === "Tab") turn(root, event);
  };
  window.addEventListener("popstate", popped);
  document.addEventListener("keydown", pressed);

  return {
    async close(): Promise<void> {
      window.removeEventListener("popstate", popped);
      document.removeEventListener("keydown", pressed);
      for (const one of others) one.inert = false;
      document.documentElement.classList.remove("is-covered");
      root.remove();
      if (linked) history.replaceState(history.state, "", location.pathname + location.search);
      else if (!back) await goBack();
    },
  };
}

function goBack(): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      window.removeEventListener("popstate", done);
      resolve();
    };
    window.addEventListener("popstate", done);
    window.setTimeout(done, BACK_MS);
    history.back();
  });
}

/** Tab goes round inside, also where a browser knows no inert. */
function turn(root: HTMLElement, event: KeyboardEvent): void {
  const stops = all(root, STOPS, HTMLElement).filter((one) => !one.matches(":disabled") && one.offsetParent !== null);
  const first = stops[0];
  const last = stops[stops.length - 1];
  const at = document.activeElement;
  if (!first || !last) return;
  if (event.shiftKey ? at === first || at === root : at === last) {
    event.preventDefault();
    (event.shiftKey ? last : first).focus();
  } else if (!(at instanceof HTMLElement) || !root.contains(at)) {
    event.preventDefault();
    first.focus();
  }
}
