// Whether this phone has room for another photo, said before the shutter is pressed.
import { sizeText } from "../../dom.ts";
import type { Keeper } from "./types.ts";

const ONE_PHOTO = 12 * 1024 * 1024; // with what the browser itself needs
const SOON = 80 * 1024 * 1024;

export class Room {
  private free: number | null = null;

  constructor(private readonly keeper: Keeper) {}

  async look(): Promise<void> {
    this.free = await this.keeper.room().catch(() => null);
  }

  get isFull(): boolean {
    return this.free !== null && this.free < ONE_PHOTO;
  }

  /** What to do about it; nothing while there is plenty. */
  get sentence(): string {
    if (this.free === null || this.free >= SOON) return "";
    if (this.isFull) return "手机存储不足，现在不能再拍。请先把照片传完，或清理手机空间。";
    return `手机存储不足，只剩 ${sizeText(this.free)}，请尽快把照片传完。`;
  }
}
