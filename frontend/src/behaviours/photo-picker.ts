// Gathers photos from camera and album into one file input, with previews and early warnings.
import { all, make, need, sizeText } from "../dom.ts";

const KNOWN = /\.(jpe?g|png|webp|hei[cf])$/i;
const UNSEEN = /\.hei[cf]$/i; // most browsers cannot draw HEIC; the server can

/** The sentence for a file that the server would refuse, or nothing. */
function warning(file: File, maxBytes: number): string {
  if (!KNOWN.test(file.name) && !/^image\/(jpeg|png|webp|hei[cf])$/.test(file.type)) {
    return "不是照片格式，请换一张";
  }
  if (file.size > maxBytes) return `${sizeText(file.size)}，超过 ${sizeText(maxBytes)}，请换一张`;
  if (file.size === 0) return "文件是空的，请重新拍";
  return "";
}

export default function photoPicker(root: HTMLElement): void {
  const input = need(root, "input[multiple][name]", HTMLInputElement);
  const list = need(root, "[data-chosen-photos]", HTMLElement);
  const count = need(root, "[data-count]", HTMLElement);
  const bytes = need(root, "[data-bytes]", HTMLElement);
  const max = Number(root.dataset["max"] ?? "9");
  const maxBytes = Number(root.dataset["maxBytes"] ?? "20971520");
  const cameras = new WeakSet<File>(); // the stamp of all others says 相册上传
  let files: File[] = [...(input.files ?? [])];

  /** Photos that are on the server already and not crossed out. */
  function kept(): number {
    return all(root, "[data-kept]", HTMLElement).filter(
      (one) => !one.querySelector<HTMLInputElement>("input[name=drop_ids]")?.checked,
    ).length;
  }

  function preview(file: File): HTMLElement {
    if (UNSEEN.test(file.name)) return make("span", { class: "picker-unseen" }, "HEIC 照片\n上传后可见");
    const url = URL.createObjectURL(file);
    const image = make("img", { src: url, alt: file.name });
    image.addEventListener("load", () => URL.revokeObjectURL(url));
    image.addEventListener("error", () => {
      URL.revokeObjectURL(url);
      image.replaceWith(make("span", { class: "picker-unseen" }, "打不开，请重新拍"));
    });
    return image;
  }

  function row(file: File, index: number): HTMLElement {
    const item = make("li");
    const remove = make("button", { type: "button", "aria-label": `移除第 ${index + 1} 张照片` }, "移除");
    remove.addEventListener("click", () => {
      files.splice(index, 1);
      draw();
      (root.querySelector<HTMLElement>("[data-chosen-photos] button") ?? root.querySelector<HTMLElement>("[data-adds]"))?.focus();
    });
    const source = make("input", { type: "hidden", name: `${input.name}_from` });
    source.value = cameras.has(file) ? "camera" : "album";
    item.append(preview(file), source);
    const wrong = warning(file, maxBytes);
    if (wrong) item.append(make("div", { class: "picker-warning" }, wrong));
    item.append(remove);
    return item;
  }

  function draw(said = ""): void {
    const carrier = new DataTransfer();
    for (const file of files) carrier.items.add(file);
    input.files = carrier.files;
    list.replaceChildren(...files.map(row));
    list.hidden = files.length === 0;
    const here = kept() + files.length;
    count.textContent = `照片 ${here}/${max}${said}`;
    const total = files.reduce((sum, file) => sum + file.size, 0);
    bytes.textContent = total ? `共 ${sizeText(total)}` : "";
    for (const button of all(root, "[data-adds]", HTMLInputElement)) {
      button.disabled = here >= max;
    }
  }

  function add(chosen: readonly File[]): void {
    const same = (one: File, other: File): boolean =>
      one.name === other.name && one.size === other.size && one.lastModified === other.lastModified;
    const fresh = chosen.filter((file) => !files.some((kept) => same(kept, file)));
    const room = max - kept() - files.length;
    const left = fresh.length - room;
    files = [...files, ...fresh.slice(0, Math.max(0, room))];
    const twice = chosen.length - fresh.length;
    draw(
      (twice > 0 ? `，${twice} 张已选过` : "") + (left > 0 ? `，最多 ${max} 张，多出的 ${left} 张没有加入` : ""),
    );
  }

  for (const button of all(root, "[data-adds]", HTMLInputElement)) {
    button.addEventListener("change", () => {
      const chosen = [...(button.files ?? [])];
      if (button.dataset["adds"] === "camera") for (const file of chosen) cameras.add(file);
      add(chosen);
      button.value = ""; // the same file may be chosen again after it was removed
    });
  }
  input.addEventListener("change", () => {
    files = [];
    add([...(input.files ?? [])]);
  });
  root.addEventListener("change", (event) => {
    if (event.target instanceof HTMLInputElement && event.target.name === "drop_ids") draw();
  });
  draw();
}
