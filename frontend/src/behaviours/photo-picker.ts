// The photos of a form: taken in the page, with the phone's camera or from the album; each kept at once.
import { all, make, need, sizeText } from "../dom.ts";
import type { Bag, BagItem, Keeper, Source, Taken, Told } from "../islands/capture/types.ts";
import { fileBag } from "../islands/capture/file-bag.ts";

const KNOWN = /\.(jpe?g|png|webp|hei[cf])$/i;
const KNOWN_TYPE = /^image\/(jpeg|png|webp|hei[cf])$/;
const HEIC = /\bhei[cf]$/i; // iPhones draw it, most other browsers cannot; the server can
const NO_VIEWFINDER = "这个浏览器不能在网页里取景，“拍照”会打开手机自己的相机。";
const NOT_LOADED = "取景没有打开，请检查网络；也可以用手机相机拍。";

/** The sentence for a file that the server would refuse, or nothing. */
function warning({ name, blob }: Pick<BagItem, "name" | "blob">, maxBytes: number): string {
  if (!KNOWN.test(name) && !KNOWN_TYPE.test(blob.type)) return "不是照片格式，请换一张";
  if (blob.size > maxBytes) return `${sizeText(blob.size)}，超过 ${sizeText(maxBytes)}，请换一张`;
  if (blob.size === 0) return "文件是空的，请重新拍";
  return "";
}

export default function photoPicker(root: HTMLElement): void {
  const input = need(root, "input[multiple][name]", HTMLInputElement);
  const list = need(root, "[data-chosen-photos]", HTMLElement);
  const count = need(root, "[data-count]", HTMLElement);
  const bytes = need(root, "[data-bytes]", HTMLElement);
  const said = need(root, "[data-picker-said]", HTMLElement);
  const shoot = root.querySelector<HTMLButtonElement>("[data-shoot]");
  const form = root.closest("form");
  const max = Number(root.dataset["max"] ?? "9");
  const maxBytes = Number(root.dataset["maxBytes"] ?? "20971520");
  const told = JSON.parse(root.dataset["capture"] ?? "null") as Told | null;
  const rows = new Map<string, HTMLElement>();
  const addresses = new Map<string, string>();
  const chosen = new Map<string, string>(); // id -> what tells a chosen file from others
  let note = ""; // what became of the last choice, until the next
  let bag: Bag = fileBag(input, draw);
  const ready = storeIfAny();

  /** Where the phone can store, photos go there: those chosen meanwhile as well. */
  async function storeIfAny(): Promise<Bag> {
    if (!told || !form?.matches("[data-behaviour~=phone-form]")) return bag;
    try {
      const { canKeep } = await import("../phone/store.ts");
      if (!(await canKeep())) return bag;
      const { storedBag } = await import("../islands/capture/stored.ts");
      const stored = await storedBag(form, told.phase, draw);
      const early = bag.items();
      input.value = "";
      bag = stored;
      for (const { blob, source, name } of early) await keep(stored, taken(blob as File, source), name);
      draw();
    } catch {
      // the file input carries them, as in any form
    }
    return bag;
  }

  /** Photos that are on the server already and not crossed out. */
  function kept(): number {
    return all(root, "[data-kept]", HTMLElement).filter(
      (one) => !one.querySelector<HTMLInputElement>("input[name=drop_ids]")?.checked,
    ).length;
  }

  function address({ id, blob }: BagItem): string {
    const known = addresses.get(id) ?? URL.createObjectURL(blob);
    addresses.set(id, known);
    return known;
  }

  function preview(item: BagItem): HTMLElement {
    const image = make("img", { src: address(item), alt: item.name.includes("/") ? "照片" : item.name });
    image.addEventListener("error", () => {
      const words = HEIC.test(item.name) ? "HEIC 照片\n上传后可见" : "打不开，请重新拍";
      image.replaceWith(make("span", { class: "picker-unseen" }, words));
    });
    return image;
  }

  function row(item: BagItem): HTMLElement {
    const line = make("li");
    const remove = make("button", { type: "button" }, "移除");
    remove.addEventListener("click", () => void drop(item.id));
    line.append(preview(item));
    if (!bag.isStore) {
      const source = make("input", { type: "hidden", name: `${input.name}_from` });
      source.value = item.source === "album" ? "album" : "camera"; // the stamp says 相册上传
      line.append(source);
    }
    const wrong = warning(item, maxBytes);
    if (wrong) line.append(make("div", { class: "picker-warning" }, wrong));
    line.append(make("div", { class: "picker-state" }), remove);
    return line;
  }

  async function drop(id: string): Promise<void> {
    note = "";
    await bag.drop(id);
    const next = list.querySelector<HTMLElement>("button") ?? shoot;
    (next && !next.hidden ? next : root.querySelector<HTMLElement>("[data-adds]"))?.focus();
  }

  function draw(): void {
    const items = bag.items();
    const ids = new Set(items.map(({ id }) => id));
    for (const [id, line] of rows) {
      if (ids.has(id)) continue;
      line.remove();
      rows.delete(id);
      chosen.delete(id);
      URL.revokeObjectURL(addresses.get(id) ?? "");
      addresses.delete(id);
    }
    items.forEach((item, at) => {
      const line = rows.get(item.id) ?? row(item);
      rows.set(item.id, line);
      if (list.children[at] !== line) list.insertBefore(line, list.children[at] ?? null);
      need(line, ".picker-state", HTMLElement).textContent = item.state;
      need(line, "button", HTMLElement).setAttribute("aria-label", `移除第 ${at + 1} 张照片`);
    });
    list.hidden = items.length === 0;
    const here = kept() + items.length;
    count.textContent = `照片 ${here}/${max}${note}`;
    const total = items.reduce((sum, { blob }) => sum + blob.size, 0);
    bytes.textContent = total ? `共 ${sizeText(total)}` : "";
    for (const button of all(root, "[data-adds]", HTMLInputElement)) button.disabled = here >= max;
  }

  async function keep(into: Bag, photo: Taken, name: string): Promise<string> {
    const wrong = into.isStore ? warning({ blob: photo.blob, name }, maxBytes) : "";
    if (wrong) throw new Error(`${name}：${wrong}`);
    const id = await into.keep(photo, name);
    if (photo.blob instanceof File) chosen.set(id, fingerprint(photo.blob));
    return id;
  }

  async function add(files: readonly File[], source: Source): Promise<void> {
    said.textContent = "";
    const into = await ready;
    const seen = new Set(chosen.values());
    const fresh = files.filter((file) => !seen.has(fingerprint(file)));
    const room = Math.max(0, max - kept() - into.items().length);
    for (const file of fresh.slice(0, room)) {
      try {
        await keep(into, taken(file, source), file.name);
      } catch (error) {
        said.textContent = error instanceof Error ? error.message : "";
      }
    }
    const twice = files.length - fresh.length;
    const left = fresh.length - room;
    note =
      (twice > 0 ? `，${twice} 张已选过` : "") + (left > 0 ? `，最多 ${max} 张，多出的 ${left} 张没有加入` : "");
    draw();
  }

  const keeper: Keeper = {
    most: max,
    count: () => kept() + bag.items().length,
    ids: () => bag.items().map(({ id }) => id),
    keep: async (photo) => keep(await ready, photo, nameOf(photo)),
    drop: async (id) => (await ready).drop(id),
    last() {
      const item = bag.items().slice(-1)[0];
      return item ? { id: item.id, url: address(item) } : null;
    },
    room: async () => (await ready).room(),
    clockOffset: async () => (await ready).clockOffset(),
  };

  async function openViewfinder(linked: boolean): Promise<void> {
    if (!told || !shoot) return;
    try {
      const { capture } = await import("../islands/capture/capture.ts");
      await capture(root, told, keeper);
    } catch {
      said.textContent = NOT_LOADED;
      offerOwnCamera(true);
      return;
    }
    const sends = form ? all(form, "button[type=submit]", HTMLElement) : [];
    (linked ? (sends[sends.length - 1] ?? shoot) : shoot).focus();
  }

  function offerOwnCamera(own: boolean): void {
    if (shoot) shoot.hidden = own;
    need(root, "[data-own-camera]", HTMLElement).hidden = !own && shoot !== null;
  }

  for (const button of all(root, "[data-adds]", HTMLInputElement)) {
    button.addEventListener("change", () => {
      const files = [...(button.files ?? [])];
      button.value = ""; // the same file may be chosen again after it was removed
      void add(files, button.dataset["adds"] === "camera" ? "file" : "album");
    });
  }
  root.addEventListener("change", (event) => {
    if (event.target instanceof HTMLInputElement && event.target.name === "drop_ids") draw();
  });
  draw();
  if (!shoot) return;
  const sees = "mediaDevices" in navigator && "getUserMedia" in navigator.mediaDevices;
  offerOwnCamera(!sees);
  if (!sees) said.textContent = NO_VIEWFINDER;
  shoot.addEventListener("click", () => void openViewfinder(false));
  // A list leads here by thumb; at a desk the photos lie in files, and the form comes first.
  if (location.hash === "#capture" && matchMedia("(pointer: coarse)").matches) void openViewfinder(true);
}

const fingerprint = (file: File): string => `${file.name}|${file.size}|${file.lastModified}`;
const nameOf = ({ blob, takenAt }: Taken): string =>
  blob instanceof File ? blob.name : `现场拍照-${takenAt.replace(/\D/g, "").slice(0, 14)}.jpg`;

function taken(blob: File, source: Source): Taken {
  return { blob, source, takenAt: new Date(blob.lastModified || Date.now()).toISOString(), place: null };
}
