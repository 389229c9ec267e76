// A form outdoors: what is typed and taken lives on the phone first, and is sent from there.
import { make } from "../dom.ts";
import type { PhoneRecord, RecordKind, ShotRow } from "./db.ts";
import { clearErrors, showErrors } from "./form-errors.ts";
import { fieldsOf, fillIn, isWritten, offeredBy, type Pairs, under } from "./form-fields.ts";
import { missing } from "./form-missing.ts";
import {
  addShot,
  canKeep,
  changeRecord,
  greet,
  isBegunOnly,
  onChange,
  record,
  recordOf,
  rowsOf,
} from "./store.ts";
import { goOn, waitInOutbox } from "./going-on.ts";
import { moment } from "./summary.ts";
import { enqueue, keepSending, send, waitsForWifi } from "./sync.ts";

const QUICK_MS = 4000;
const SAVE_AFTER_MS = 400;
const LEAVING = ["beforeunload", "pagehide"]; // Safari on a phone tells the latter only
const REMINDER = "现在联系不上服务器，发送后才会检查。请先看看这些，再按一次就存为待发送";

export type Submit = (submitter: HTMLElement | null) => Promise<void>;

/** Take the form over; null where nothing can be kept, and the form works as any other. */
export async function takeOver(
  form: HTMLFormElement,
  attach: (root: ParentNode) => void,
): Promise<Submit | null> {
  if (!(await canKeep())) return null;
  const id = await recordOf(form);
  const one = await record(id);
  if (!one) return null;
  form.autocomplete = "off"; // what the phone keeps the browser does not fill in as well, on the way back
  const offered = offeredBy(form);
  greet(); // a nonce for what is photographed here, and the server's time
  const shots = await rowsOf(id);
  if (one.state === "waiting") await takeBack(id);
  const early = isWritten(fieldsOf(form), offered); // typed before this script was there
  restore(form, one, shots, offered, attach);
  let stopSaving = saveContinuously(form, id, offered, early);
  keepSending();
  let submitting = false;
  let reminded = false;
  onChange(() => void leaveIfSent(id, form, () => submitting));
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) void beginAnew(id);
  });
  return async (submitter) => {
    stopSaving();
    submitting = true;
    try {
      clearErrors(form);
      await keepChosenFiles(form, id);
      const remindOnce = async (): Promise<boolean> => {
        if (reminded || !(await remind(form, id, submitter, attach))) return false;
        return (reminded = true); // the next press counts, whatever is there
      };
      if (!navigator.onLine && (await remindOnce())) return;
      await enqueue(id, (now) => {
        now.fields = fieldsOf(form, submitter);
        now.kind = kindOf(form, submitter);
        now.title = titleOf(form);
      });
      const after = await decided(id);
      if (after?.state === "sent") return goOn(after, form);
      if (after?.state === "waiting" && (await remindOnce())) {
        const now = await takeBack(id); // there is a line, but nobody at its other end
        return now.state === "sent" ? goOn(now, form) : undefined;
      }
      if (after?.state !== "refused") return waitInOutbox(after, form);
      showErrors(form, after, await rowsOf(id), attach);
    } finally {
      submitting = false;
      stopSaving = saveContinuously(form, id, offered); // also on the way out: it keeps nothing unasked
    }
  };
}

/** Out of the server's reach nobody refuses a form before the person has left: say it now. */
async function remind(
  form: HTMLFormElement,
  id: string,
  submitter: HTMLElement | null,
  attach: (root: ParentNode) => void,
): Promise<boolean> {
  const one = await record(id);
  if (!one || kindOf(form, submitter) === "draft") return false;
  const errors = missing(form, one.shotIds.length);
  if (Object.keys(errors).length === 0) return false;
  showErrors(form, { ...one, errors, why: "" }, [], attach, REMINDER);
  return true;
}

/** What was taken back to be changed had arrived already: there is nothing to change here. */
async function leaveIfSent(id: string, form: HTMLFormElement, busy: () => boolean): Promise<void> {
  const now = await record(id);
  if (now?.state === "sent" && !busy()) goOn(now, form);
}

/** The way back shows the form as it was left, where a browser keeps whole pages: what has gone out
 * since is not filled in twice. */
async function beginAnew(id: string): Promise<void> {
  const state = (await record(id))?.state;
  if (state === "sent" || state === "waiting") window.location.reload();
}

function kindOf(form: HTMLFormElement, submitter: HTMLElement | null): RecordKind {
  if (submitter instanceof HTMLButtonElement && submitter.value === "draft") return "draft";
  return (form.dataset["kind"] as RecordKind | undefined) ?? "report";
}

/** Send, and wait a moment: the record as it is when it is decided or the moment has passed. */
async function decided(id: string): Promise<PhoneRecord | undefined> {
  if (!navigator.onLine || (await waitsForWifi())) return record(id);
  void send();
  return new Promise((resolve) => {
    const look = async (late = false): Promise<void> => {
      const now = await record(id);
      if (!late && now?.state === "waiting") return;
      stop();
      window.clearTimeout(timer);
      resolve(now);
    };
    const stop = onChange(() => void look());
    const timer = window.setTimeout(() => void look(true), QUICK_MS);
    void look();
  });
}

function restore(
  form: HTMLFormElement,
  one: PhoneRecord,
  shots: readonly ShotRow[],
  offered: Pairs,
  attach: (root: ParentNode) => void,
): void {
  if (one.fields.length === 0 && shots.length === 0) return;
  fillIn(form, under(fieldsOf(form), offered, one.fields));
  form.dispatchEvent(new Event("form-filled"));
  if (one.state === "refused") return showErrors(form, one, shots, attach);
  const photos = shots.length ? `，照片 ${shots.length} 张` : "";
  const note = make("div", { class: "flash", role: "status" });
  const words =
    one.state === "waiting"
      ? `已取回 ${moment(one.changedAt)} 的内容${photos}。改好后请再提交一次，没有提交就不会发送。`
      : `已恢复 ${moment(one.changedAt)} 没有发送的内容${photos}。`;
  note.append(make("p", {}, words));
  if (one.problemId === null && one.state !== "waiting") {
    note.append(make("a", { class: "btn btn-quiet small", href: `${one.action}?record=new` }, "另起一件"));
  }
  form.before(note);
}

/** Nothing is sent while it is being changed. */
function takeBack(id: string): Promise<PhoneRecord> {
  return changeRecord(id, (now) => {
    if (now.state === "waiting") now.state = "draft";
  });
}

/** Keep what is typed: moments after each key, and at once when a field or the page is left, since a
 * page that is gone finishes nothing it has begun to store. Returns how to stop.
 * `offered` is the form as the server gave it: a position that found itself is nothing written. */
function saveContinuously(
  form: HTMLFormElement,
  id: string,
  offered: Pairs,
  already = false,
): () => void {
  let waiting = 0;
  let touched = false;
  const save = (): void => {
    window.clearTimeout(waiting);
    if (!touched) return;
    touched = false;
    const fields = fieldsOf(form);
    const blank = !isWritten(fields, offered);
    if (blank && isBegunOnly(id)) return;
    void changeRecord(id, (one) => {
      if (one.state === "sent" || one.state === "waiting") return;
      one.fields = fields;
      one.blank = blank;
      one.changedAt = new Date().toISOString();
      one.title = titleOf(form);
    }).catch(() => undefined); // no room for a word: the photo before it has said so
  };
  const soon = (): void => {
    touched = true;
    window.clearTimeout(waiting);
    waiting = window.setTimeout(save, SAVE_AFTER_MS);
  };
  const now = (): void => {
    touched = true;
    save();
  };
  const hidden = (): void => {
    if (document.hidden) save();
  };
  form.addEventListener("input", soon);
  form.addEventListener("change", now);
  document.addEventListener("visibilitychange", hidden);
  for (const name of LEAVING) window.addEventListener(name, save);
  if (already) now();
  return () => {
    window.clearTimeout(waiting);
    form.removeEventListener("input", soon);
    form.removeEventListener("change", now);
    document.removeEventListener("visibilitychange", hidden);
    for (const name of LEAVING) window.removeEventListener(name, save);
  };
}

/** What a person would call this form in a list: its kind of problem and its place. */
function titleOf(form: HTMLFormElement): string {
  if (form.dataset["title"]) return form.dataset["title"];
  const kind = form.querySelector<HTMLInputElement>("input[name=category_id]:checked");
  const label = kind?.labels?.[0]?.textContent?.trim();
  const place = form.querySelector<HTMLInputElement>("input[name=address]")?.value.trim();
  return [label, place].filter(Boolean).join(" · ") || "问题上报";
}

/** Files that stand in the form's own inputs go to the phone's store like all others. */
async function keepChosenFiles(form: HTMLFormElement, id: string): Promise<void> {
  for (const input of form.querySelectorAll<HTMLInputElement>("input[type=file][name]")) {
    const phase = form.dataset["kind"] === "rectification" ? "after" : "before";
    for (const file of [...(input.files ?? [])]) {
      await addShot(id, {
        blob: file,
        phase,
        source: "album",
        takenAt: new Date(file.lastModified || Date.now()),
        place: null,
      });
    }
    input.value = "";
  }
}
