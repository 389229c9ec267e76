// Files dropped onto the form join those chosen by hand; what is chosen is listed with its size.
import { make, need, sizeText } from "../dom.ts";

export default function fileDrop(root: HTMLElement): void {
  const input = need(root, "input[type=file]", HTMLInputElement);
  const zone = need(root, "[data-zone]", HTMLElement);
  const list = need(root, "[data-chosen]", HTMLElement);
  let files: File[] = [...(input.files ?? [])];

  function same(one: File, other: File): boolean {
    return one.name === other.name && one.size === other.size && one.lastModified === other.lastModified;
  }

  function row(file: File, index: number): HTMLElement {
    const item = make("li");
    const remove = make("button", { type: "button", class: "btn btn-quiet", "aria-label": `去掉 ${file.name}` }, "去掉");
    remove.addEventListener("click", () => {
      files.splice(index, 1);
      draw();
      (list.querySelector<HTMLElement>("button") ?? input).focus();
    });
    item.append(make("span", {}, file.name), make("span", { class: "quiet number" }, sizeText(file.size)), remove);
    return item;
  }

  function draw(): void {
    const carrier = new DataTransfer();
    for (const file of files) carrier.items.add(file);
    input.files = carrier.files;
    list.replaceChildren(...files.map(row));
    list.hidden = files.length === 0;
  }

  function add(more: readonly File[]): void {
    files = [...files, ...more.filter((file) => !files.some((kept) => same(kept, file)))];
    draw();
  }

  input.addEventListener("change", () => add([...(input.files ?? [])]));
  zone.addEventListener("dragover", (event) => {
    event.preventDefault();
    zone.classList.add("is-over");
  });
  zone.addEventListener("dragleave", (event) => {
    if (!(event.relatedTarget instanceof Node && zone.contains(event.relatedTarget))) zone.classList.remove("is-over");
  });
  zone.addEventListener("drop", (event) => {
    event.preventDefault();
    zone.classList.remove("is-over");
    add([...(event.dataTransfer?.files ?? [])]);
  });
  draw();
}
