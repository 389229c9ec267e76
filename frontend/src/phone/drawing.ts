// Small pieces of the outbox: icons of the sprite, thumbnails of stored photos.
import { make } from "../dom.ts";
import { bytesOf } from "./store.ts";

const SVG = "http://www.w3.org/2000/svg";
const WIDTH = 192; // pixels of a thumbnail: twice what is shown

/** An icon of the sprite, by the address that the page's own icons have. */
export function icon(name: string): SVGElement {
  const known = document.querySelector("svg use[href*='#']")?.getAttribute("href") ?? "";
  const drawing = document.createElementNS(SVG, "svg");
  drawing.setAttribute("class", "icon");
  drawing.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `${known.split("#")[0] ?? ""}#${name}`);
  drawing.append(use);
  return drawing;
}

/** A stored photo, small; a plain field for what this browser cannot draw or has let go of. */
export async function thumbnail(id: string, name: string): Promise<HTMLElement> {
  const blob = await bytesOf(id);
  if (!blob) return nothing();
  try {
    const picture = await createImageBitmap(blob, { resizeWidth: WIDTH, resizeQuality: "medium" });
    const canvas = make("canvas", { role: "img", "aria-label": name });
    canvas.width = picture.width;
    canvas.height = picture.height;
    canvas.getContext("2d")?.drawImage(picture, 0, 0);
    picture.close();
    return canvas;
  } catch {
    return plainly(blob, name); // a browser that cannot shrink, or a picture it cannot draw
  }
}

function plainly(blob: Blob, name: string): HTMLElement {
  const address = URL.createObjectURL(blob);
  const image = make("img", { src: address, alt: name });
  image.addEventListener("load", () => URL.revokeObjectURL(address));
  image.addEventListener("error", () => {
    URL.revokeObjectURL(address);
    image.replaceWith(nothing());
  });
  return image;
}

function nothing(): HTMLElement {
  const field = make("span", { class: "shot-unseen" });
  field.append(icon("photo"));
  return field;
}
