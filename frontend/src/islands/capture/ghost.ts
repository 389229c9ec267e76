// The photo from before as a veil over the live picture, so that the same place is hit again.
import { need } from "../../dom.ts";
import type { Told } from "./types.ts";

export class Ghost {
  private readonly image: HTMLImageElement;
  private readonly number: HTMLElement | null;
  private at = 0;

  constructor(
    root: HTMLElement,
    private readonly told: Told,
  ) {
    this.image = need(root, "[data-ghost]", HTMLImageElement);
    this.number = root.querySelector<HTMLElement>("[data-ghost-number]");
    if (told.ghosts.length === 0) return;
    const opacity = need(root, "[data-opacity]", HTMLInputElement);
    const fade = (): void => void (this.image.style.opacity = String(Number(opacity.value) / 100));
    opacity.addEventListener("input", fade);
    root.querySelector("[data-next-ghost]")?.addEventListener("click", () => {
      this.at = (this.at + 1) % told.ghosts.length;
      this.show();
    });
    this.image.addEventListener("error", () => (this.image.hidden = true)); // offline: without it
    this.image.addEventListener("load", () => (this.image.hidden = false));
    fade();
  }

  show(): void {
    const one = this.told.ghosts[this.at];
    if (!one) return;
    this.image.src = one; // the small copy: it is on the phone already, and bears no stamp
    this.image.alt = `整改前照片 ${this.at + 1}，半透明，用来对准位置`;
    if (this.number) this.number.textContent = `${this.at + 1}/${this.told.ghosts.length}`;
  }

  /** Whether the phone is held the other way than for the photo from before. */
  isTurned(width: number, height: number): boolean {
    const { naturalWidth: wide, naturalHeight: high } = this.image;
    return !this.image.hidden && wide !== high && width !== height && wide > high !== width > height;
  }
}
