// Where a finished form leads, at once or after a moment on the page of what waits.
import type { PhoneRecord } from "./db.ts";
import { sayNext } from "./start.ts";

const KEY = "phone-going-on";
const WAITS_MS = 60 * 1000; // after that the person is at something else
type Going = { id: string; list: string; said: string; at: number };

/** Leave for the page that an accepted record leads to. */
export function goOn(one: PhoneRecord, form: HTMLFormElement): void {
  leave(one, afterwards(one, form));
}

/** What the form says itself about its list, and about what was done; else the server names a page. */
function afterwards({ kind }: PhoneRecord, form: HTMLFormElement): Pick<Going, "list" | "said"> {
  const { then = "", thenSaid = "", draftThen = "", draftSaid = "" } = form.dataset;
  return kind === "draft" ? { list: draftThen, said: draftSaid } : { list: then, said: thenSaid };
}

function leave(one: PhoneRecord, { list, said }: Pick<Going, "list" | "said">): void {
  forget();
  if (list && said) sayNext(said);
  window.location.assign((list && said ? list : one.href) || "/outbox");
}

/** It takes longer: wait for it on the page of what waits, and go on from there. */
export function waitInOutbox(one: PhoneRecord | undefined, form: HTMLFormElement): void {
  if (one?.state === "waiting") {
    const going: Going = { id: one.id, ...afterwards(one, form), at: Date.now() };
    try {
      sessionStorage.setItem(KEY, JSON.stringify(going));
    } catch {
      // the person opens the next page himself
    }
  }
  window.location.assign(one ? `/outbox#record-${one.id}` : "/outbox");
}

/** Asked after each change: leads on when the record came through and nobody touched the page. */
export function goOnFromOutbox(records: readonly PhoneRecord[]): void {
  const going = read();
  if (!going) return;
  if (Date.now() - going.at > WAITS_MS) return forget();
  const one = records.find(({ id }) => id === going.id);
  if (one?.state === "waiting") return;
  forget();
  if (one?.state === "sent") leave(one, going);
}

/** Somebody began to do something here: he is not taken away from it. */
export function stayHere(root: HTMLElement): void {
  for (const name of ["pointerdown", "keydown"]) root.addEventListener(name, forget, { once: true });
}

function read(): Going | null {
  try {
    return JSON.parse(sessionStorage.getItem(KEY) ?? "null") as Going | null;
  } catch {
    return null;
  }
}

function forget(): void {
  try {
    sessionStorage.removeItem(KEY);
  } catch {
    // there was none
  }
}
