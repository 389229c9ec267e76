// Finds what a template asks for with data-behaviour="name other" and attaches it, once.
import "./styles/main.scss";
import askedFields from "./behaviours/asked-fields.ts";
import categoryPicker from "./behaviours/category-picker.ts";
import columnOrder from "./behaviours/column-order.ts";
import compare from "./behaviours/compare.ts";
import confirmSubmit from "./behaviours/confirm-submit.ts";
import copyLink from "./behaviours/copy-link.ts";
import dismiss from "./behaviours/dismiss.ts";
import draftKeeper, { dropAccepted } from "./behaviours/draft-keeper.ts";
import errorSummary from "./behaviours/error-summary.ts";
import fieldType from "./behaviours/field-type.ts";
import fileDrop from "./behaviours/file-drop.ts";
import filterBuilder from "./behaviours/filter-builder.ts";
import filterFold from "./behaviours/filter-fold.ts";
import filterForm from "./behaviours/filter-form.ts";
import formulaInsert from "./behaviours/formula-insert.ts";
import goOn from "./behaviours/go-on.ts";
import leadOfCategory from "./behaviours/lead-of-category.ts";
import maskDrawing from "./behaviours/mask-drawing.ts";
import menu from "./behaviours/menu.ts";
import nearBy from "./behaviours/near-by.ts";
import outboxPage from "./behaviours/outbox.ts";
import phoneForm from "./behaviours/phone-form.ts";
import photoPicker from "./behaviours/photo-picker.ts";
import photoViewer from "./behaviours/photo-viewer.ts";
import phrases from "./behaviours/phrases.ts";
import poll from "./behaviours/poll.ts";
import position from "./behaviours/position.ts";
import positionTyped from "./behaviours/position-typed.ts";
import reviewKeys from "./behaviours/review-keys.ts";
import remembered from "./behaviours/remembered.ts";
import rowOrder from "./behaviours/row-order.ts";
import sendWhenChosen from "./behaviours/send-when-chosen.ts";
import slowPart from "./behaviours/slow-part.ts";
import submitGuard from "./behaviours/submit-guard.ts";
import tableMap from "./behaviours/table-map.ts";
import swatch from "./behaviours/swatch.ts";
import takeBack from "./behaviours/take-back.ts";
import walkMap from "./behaviours/walk-map.ts";
import walking from "./behaviours/walking.ts";
import { startPhone } from "./phone/start.ts";

export type Behaviour = (element: HTMLElement, attach: (root: ParentNode) => void) => void;

const behaviours: Readonly<Record<string, Behaviour>> = {
  "asked-fields": askedFields,
  "category-picker": categoryPicker,
  "column-order": columnOrder,
  compare,
  "confirm-submit": confirmSubmit,
  "copy-link": copyLink,
  dismiss,
  "draft-keeper": draftKeeper,
  "error-summary": errorSummary,
  "field-type": fieldType,
  "file-drop": fileDrop,
  "filter-builder": filterBuilder,
  "filter-fold": filterFold,
  "filter-form": filterForm,
  "formula-insert": formulaInsert,
  "go-on": goOn,
  "lead-of-category": leadOfCategory,
  "mask-drawing": maskDrawing,
  menu,
  "near-by": nearBy,
  outbox: outboxPage,
  "phone-form": phoneForm,
  "photo-picker": photoPicker,
  "photo-viewer": photoViewer,
  phrases,
  poll,
  position,
  "position-typed": positionTyped,
  "review-keys": reviewKeys,
  remembered,
  "row-order": rowOrder,
  "send-when-chosen": sendWhenChosen,
  "slow-part": slowPart,
  "submit-guard": submitGuard,
  "table-map": tableMap,
  swatch,
  "take-back": takeBack,
  "walk-map": walkMap,
  walking,
};

const attached = new WeakSet<Element>();

function attach(root: ParentNode): void {
  for (const element of root.querySelectorAll<HTMLElement>("[data-behaviour]")) {
    if (attached.has(element)) continue;
    attached.add(element);
    for (const name of (element.dataset["behaviour"] ?? "").split(/\s+/).filter(Boolean)) {
      const behaviour = behaviours[name];
      if (!behaviour) throw new Error(`no behaviour is called ${name}`);
      behaviour(element, attach);
    }
  }
}

/** The shipped Chinese face comes after the page; a phone that has one of its own never fetches it. */
function addFonts(): void {
  const href = document.documentElement.dataset["fonts"];
  if (!href) return;
  const link = document.createElement("link");
  link.rel = "stylesheet";
  link.href = href;
  const add = (): void => document.head.append(link);
  if (!window.matchMedia("(pointer: coarse)").matches) add();
  else if (!drawsChinese()) {
    // It would take the place of the list that somebody waits for.
    if (document.readyState === "complete") add();
    else window.addEventListener("load", add);
  }
}

/** Whether this device can draw Chinese: a face that lacks two signs draws the same box for both. */
function drawsChinese(): boolean {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = 24;
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  if (!pen) return true;
  pen.font = "20px sans-serif";
  const drawn = [..."销号"].map((sign) => {
    pen.clearRect(0, 0, 24, 24);
    pen.fillText(sign, 0, 20);
    return pen.getImageData(0, 0, 24, 24).data.join();
  });
  return drawn[0] !== drawn[1];
}

// An older browser than the pages are written for keeps the plain page, whose forms work by
// themselves: half of a script would take that from it too.
if ("replaceChildren" in Element.prototype) {
  document.documentElement.classList.add("scripted");
  addFonts();
  dropAccepted();
  attach(document);
  startPhone();
  document.addEventListener("content-added", (event) => {
    if (event.target instanceof Element) attach(event.target); // an island put markup of ours in
  });
}
