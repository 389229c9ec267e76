// Zoom by slider and by two fingers, where the camera itself can.
import { need } from "../../dom.ts";
import type { Camera } from "./camera.ts";

type Point = { x: number; y: number };

export class Zooming {
  private readonly row: HTMLElement;
  private readonly slider: HTMLInputElement;
  private readonly said: HTMLElement;
  private camera: Camera | null = null;
  private least = 1;
  private readonly fingers = new Map<number, Point>();
  private began = { apart: 0, zoom: 1 };

  constructor(root: HTMLElement, picture: HTMLElement) {
    this.row = need(root, "[data-zoom-row]", HTMLElement);
    this.slider = need(root, "[data-zoom]", HTMLInputElement);
    this.said = need(root, "[data-zoom-said]", HTMLElement);
    this.slider.addEventListener("input", () => this.set(Number(this.slider.value)));
    picture.addEventListener("pointerdown", (event) => this.down(event));
    picture.addEventListener("pointermove", (event) => this.moved(event));
    for (const end of ["pointerup", "pointercancel", "pointerleave"] as const) {
      picture.addEventListener(end, (event) => this.fingers.delete(event.pointerId));
    }
  }

  /** Take up a camera; nothing is shown for one that cannot zoom. */
  use(camera: Camera | null): void {
    const range = camera?.zoomRange ?? null;
    this.camera = range ? camera : null;
    this.row.hidden = range === null;
    if (!range) return;
    this.least = range.min;
    this.slider.min = String(range.min);
    this.slider.max = String(range.max);
    this.slider.step = String(range.step);
    this.slider.value = String(range.now);
    this.say(range.now);
  }

  private set(to: number): void {
    this.slider.value = String(to); // the slider keeps to its ends and steps
    const held = Number(this.slider.value);
    this.say(held);
    this.camera?.zoom(held).catch(() => undefined); // the next one may do
  }

  private say(to: number): void {
    const times = `${(to / (this.least || 1)).toFixed(1).replace(/\.0$/, "")}×`;
    this.said.textContent = times;
    this.slider.setAttribute("aria-valuetext", times);
  }

  private down(event: PointerEvent): void {
    this.fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
    this.began = { apart: this.apart(), zoom: Number(this.slider.value) };
  }

  private moved(event: PointerEvent): void {
    if (!this.camera || !this.fingers.has(event.pointerId)) return;
    this.fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
    if (this.fingers.size === 2 && this.began.apart > 0) {
      this.set((this.began.zoom * this.apart()) / this.began.apart);
    }
  }

  private apart(): number {
    const [one, other] = [...this.fingers.values()];
    return one && other ? Math.hypot(one.x - other.x, one.y - other.y) : 0;
  }
}
