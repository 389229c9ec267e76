// A form's photos in its own file input, for browsers in which nothing can be stored.
import type { Bag, BagItem } from "./types.ts";

/** The files that are to travel with the form; `drawn` is called after each change. */
export function fileBag(input: HTMLInputElement, drawn: () => void): Bag {
  let next = 0;
  let items: (BagItem & { blob: File })[] = [];

  function put(file: File, source: BagItem["source"]): string {
    const id = `file-${(next += 1)}`;
    items = [...items, { id, blob: file, name: file.name, source, state: "" }];
    return id;
  }

  function carry(): void {
    const carrier = new DataTransfer();
    for (const { blob } of items) carrier.items.add(blob);
    input.files = carrier.files;
    drawn();
  }

  for (const file of input.files ?? []) put(file, "album");
  return {
    isStore: false,
    items: () => items,
    async keep({ blob, source, takenAt }, name) {
      const lastModified = Date.parse(takenAt);
      const id = put(blob instanceof File ? blob : new File([blob], name, { type: blob.type, lastModified }), source);
      carry();
      return id;
    },
    async drop(id) {
      items = items.filter((one) => one.id !== id);
      carry();
    },
    room: async () => null,
    clockOffset: async () => 0,
  };
}
