// The viewfinder: the whole screen is the camera's, with the stamp as it will be drawn over it.
import "./capture.scss";
import { all, need } from "../../dom.ts";
import { Camera, NothingDrawn, refusal } from "./camera.ts";
import { Ghost } from "./ghost.ts";
import { cover, type Overlay } from "./overlay.ts";
import { PlaceWatch } from "./place.ts";
import { Room } from "./room.ts";
import { placeLine, stampLines } from "./stamp.ts";
import { type Keeper, PLACE_FOUND, type Source, type Told } from "./types.ts";
import { Zooming } from "./zooming.ts";

type Kind = "far" | "near";
const KINDS: Readonly<Record<Kind, string>> = { far: "远景", near: "近景" };
const SHUTTER_KEYS = new Set(["AudioVolumeUp", "AudioVolumeDown", "VolumeUp", "VolumeDown", "Camera"]);
const BUZZ_MS = 40;
const MOST_BLANKS = 2; // presses without a picture, before the phone's own camera is offered
const kinds = new Map<string, Kind>(); // what was taken as what, for as long as the page is open

/** Open the viewfinder of a photo picker; settles when the person has finished. */
export async function capture(picker: HTMLElement, told: Told, keeper: Keeper): Promise<void> {
  const template = need(picker, "template[data-viewfinder]", HTMLTemplateElement);
  const copy = document.importNode(template.content, true);
  await new Viewfinder(need(copy, ".viewfinder", HTMLElement), picker, told, keeper).run();
}

class Viewfinder {
  private readonly video: HTMLVideoElement;
  private readonly picture: HTMLElement;
  private readonly shutter: HTMLButtonElement;
  private readonly torch: HTMLButtonElement;
  private readonly retake: HTMLButtonElement;
  private readonly place = new PlaceWatch();
  private readonly ghost: Ghost;
  private readonly zooming: Zooming;
  private readonly room: Room;
  private camera: Camera | null = null;
  private offset = 0;
  private kind: Kind = "far";
  private busy = false;
  private retaking = false;
  private blanks = 0;
  private closed = false;
  private overlay: Overlay | null = null;
  private finish: () => void = () => undefined;

  constructor(
    private readonly root: HTMLElement,
    private readonly picker: HTMLElement,
    private readonly told: Told,
    private readonly keeper: Keeper,
  ) {
    this.video = need(root, "[data-video]", HTMLVideoElement);
    this.picture = need(root, "[data-picture]", HTMLElement);
    this.shutter = need(root, "[data-shutter]", HTMLButtonElement);
    this.torch = need(root, "[data-torch]", HTMLButtonElement);
    this.retake = need(root, "[data-retake]", HTMLButtonElement);
    this.ghost = new Ghost(root, told);
    this.zooming = new Zooming(root, this.picture);
    this.room = new Room(keeper);
    this.kind = this.missing()[0] ?? "far";
  }

  /** Cover the page, and uncover it when the person has finished. */
  async run(): Promise<void> {
    const finished = new Promise<void>((resolve) => (this.finish = resolve));
    this.overlay = cover(this.root, () => this.finish());
    this.listen();
    const fitting = new ResizeObserver(() => this.fit());
    fitting.observe(need(this.root, "[data-scene]", HTMLElement));
    const ticking = window.setInterval(() => this.tick(), 1000);
    this.place.start();
    this.draw();
    this.shutter.focus();
    void this.start();
    void this.room.look().then(() => this.draw());
    await finished; // also while the browser still asks whether it may use the camera
    this.closed = true;
    window.clearInterval(ticking);
    fitting.disconnect();
    this.place.stop();
    this.camera?.stop();
    await this.overlay.close();
    if (this.place.best) document.dispatchEvent(new CustomEvent(PLACE_FOUND, { detail: this.place.best }));
  }

  private listen(): void {
    const on = (selector: string, work: () => void): void =>
      need(this.root, selector, HTMLElement).addEventListener("click", work);
    on("[data-close]", () => this.finish());
    on("[data-done]", () => this.finish());
    on("[data-again]", () => void this.start());
    on("[data-last]", () => this.review());
    on("[data-shutter]", () => void this.shoot());
    on("[data-torch]", () => void this.light());
    on("[data-retake]", () => this.takeAgain());
    for (const button of all(this.root, "[data-kind]", HTMLButtonElement)) {
      button.addEventListener("click", () => {
        this.kind = button.dataset["kind"] === "near" ? "near" : "far";
        this.draw();
      });
    }
    for (const input of all(this.root, "[data-file]", HTMLInputElement)) {
      input.addEventListener("change", () => void this.takeFiles(input));
    }
    this.video.addEventListener("resize", () => this.fit());
    this.root.addEventListener("keydown", (event) => this.press(event));
    const woken = (): void => {
      if (this.closed) document.removeEventListener("visibilitychange", woken);
      else if (!document.hidden) void this.goOn();
    };
    document.addEventListener("visibilitychange", woken);
  }

  /** Space and enter shoot unless a control has them; so does what a remote shutter sends. */
  private press(event: KeyboardEvent): void {
    const onControl = event.target instanceof HTMLElement && event.target.closest("button, input, label");
    const plain = (event.key === " " || event.key === "Enter") && !onControl;
    if (event.repeat || !(plain || SHUTTER_KEYS.has(event.key))) return;
    event.preventDefault();
    void this.shoot();
  }

  private async start(): Promise<void> {
    this.camera?.stop();
    this.camera = null;
    this.draw(); // no press counts until it is open
    try {
      const camera = await Camera.open(this.video, this.told.longest);
      if (this.closed) return camera.stop();
      this.camera = camera;
      need(this.root, "[data-refused]", HTMLElement).hidden = true;
      this.picture.hidden = false;
      this.ghost.show();
    } catch (error) {
      this.offerOwnCamera(error);
    }
    this.torch.hidden = !this.camera?.canTorch;
    this.torch.setAttribute("aria-pressed", "false");
    this.zooming.use(this.camera);
    this.fit();
    this.draw();
  }

  private offerOwnCamera(error: unknown): void {
    const refused = need(this.root, "[data-refused]", HTMLElement);
    need(this.root, "[data-why]", HTMLElement).textContent = refusal(error);
    refused.hidden = false;
    this.picture.hidden = true;
    refused.querySelector<HTMLElement>("input")?.focus();
  }

  /** The page is looked at again: a call, or the way to another application, had taken the camera. */
  private async goOn(): Promise<void> {
    const camera = this.camera;
    if (!camera || (await camera.resumes())) return;
    if (camera === this.camera && !this.closed && !document.hidden) await this.start();
  }

  private async light(): Promise<void> {
    const on = this.torch.getAttribute("aria-pressed") !== "true";
    try {
      await this.camera?.torch(on);
      this.torch.setAttribute("aria-pressed", String(on));
    } catch {
      this.torch.hidden = true; // it was promised and is not there
    }
  }

  private async shoot(): Promise<void> {
    if (this.busy || !this.camera || this.shutter.disabled) return;
    this.busy = true;
    const takenAt = new Date().toISOString();
    const place = this.place.now;
    navigator.vibrate?.(BUZZ_MS);
    need(this.root, "[data-flash]", HTMLElement).animate?.([{ opacity: 0.85 }, { opacity: 0 }], {
      duration: matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 180,
    });
    try {
      await this.keep(await this.camera.take(), "camera", takenAt, place);
    } catch (error) {
      if (error instanceof NothingDrawn && ++this.blanks >= MOST_BLANKS) this.giveUp(error);
      else this.complain(error);
    } finally {
      this.busy = false;
      await this.room.look();
      this.draw();
    }
  }

  private giveUp(error: unknown): void {
    this.camera?.stop();
    this.camera = null;
    this.blanks = 0;
    this.complain(null);
    this.zooming.use(null);
    this.torch.hidden = true;
    this.offerOwnCamera(error);
  }

  /** What the phone's own camera or the album gave instead. */
  private async takeFiles(input: HTMLInputElement): Promise<void> {
    const source: Source = input.dataset["file"] === "album" ? "album" : "file";
    const files = [...(input.files ?? [])];
    input.value = "";
    try {
      for (const file of files) {
        const at = new Date(file.lastModified || Date.now()).toISOString();
        await this.keep(file, source, at, source === "file" ? this.place.now : null);
      }
    } catch (error) {
      this.complain(error);
    }
    await this.room.look();
    this.draw();
  }

  private async keep(blob: Blob, source: Source, takenAt: string, place: PlaceWatch["now"]): Promise<void> {
    const instead = this.retaking ? this.keeper.last() : null;
    if (!instead && this.keeper.count() >= this.keeper.most) throw new Error(this.fullSentence());
    const id = await this.keeper.keep({ blob, source, takenAt, place });
    if (instead) await this.keeper.drop(instead.id); // only now: the new one is safe
    kinds.set(id, this.kind);
    this.retaking = false;
    this.complain(null);
    this.kind = this.missing()[0] ?? this.kind;
  }

  private takeAgain(): void {
    this.retaking = !this.retaking;
    const last = this.keeper.last();
    if (this.retaking && last) this.kind = kinds.get(last.id) ?? this.kind;
    this.look(false);
    this.draw();
  }

  private review(): void {
    this.look(need(this.root, "[data-review]", HTMLImageElement).hidden === true);
  }

  /** Show the last photo in place of the live picture, or the live picture again. */
  private look(at: boolean): void {
    const image = need(this.root, "[data-review]", HTMLImageElement);
    const last = this.keeper.last();
    image.hidden = !at || !last;
    if (last && at) image.src = last.url;
    const thumb = need(this.root, "[data-last]", HTMLElement);
    thumb.setAttribute("aria-label", image.hidden ? "看刚拍的这张" : "回到取景");
  }

  private missing(): Kind[] {
    const taken = new Set(this.keeper.ids().map((id) => kinds.get(id)));
    return (["far", "near"] as const).filter((kind) => !taken.has(kind));
  }

  private fullSentence(): string {
    return `已有 ${this.keeper.most} 张，点“完成”；要换一张，点“重拍”。`;
  }

  private hint(): string {
    if (this.retaking) return "重拍：按快门后换掉刚才那张";
    if (this.keeper.count() >= this.keeper.most) return this.fullSentence();
    if (this.ghost.isTurned(this.video.videoWidth, this.video.videoHeight)) return "整改前是另一个方向拍的，请转一下手机";
    const left = this.missing().map((kind) => KINDS[kind]);
    if (left.length === 0) return "远景、近景都有了";
    const match = this.told.ghosts.length > 0 ? "对准整改前的位置，" : "";
    return `${match}还缺${left.join("、")}`;
  }

  private complain(error: unknown): void {
    const part = need(this.root, "[data-alert]", HTMLElement);
    const sentence = error instanceof Error ? error.message : error ? "这张没有拍成，请再按一次。" : this.room.sentence;
    part.textContent = sentence;
    part.hidden = sentence === "";
  }

  private draw(): void {
    void this.keeper.clockOffset().then((offset) => (this.offset = offset)); // known after a contact
    const count = this.keeper.count();
    const last = this.keeper.last();
    const full = count >= this.keeper.most && !this.retaking;
    need(this.root, "[data-count]", HTMLElement).textContent = `${count}/${this.keeper.most}`;
    const hint = need(this.root, "[data-hint]", HTMLElement);
    if (hint.textContent !== this.hint()) hint.textContent = this.hint();
    for (const button of all(this.root, "[data-kind]", HTMLElement)) {
      button.setAttribute("aria-pressed", String(button.dataset["kind"] === this.kind));
    }
    const thumb = need(this.root, "[data-last]", HTMLElement);
    thumb.hidden = this.retake.hidden = last === null;
    this.retake.setAttribute("aria-pressed", String(this.retaking));
    if (last) need(thumb, "img", HTMLImageElement).src = last.url;
    this.shutter.disabled = !this.camera || full || this.room.isFull;
    for (const input of all(this.root, "[data-file]", HTMLInputElement)) input.disabled = full;
    if (this.room.sentence) this.complain(null);
    this.tick();
  }

  private tick(): void {
    this.place.refresh();
    const form = this.picker.closest("form");
    const typed = form?.querySelector<HTMLInputElement>("input[name=address]")?.value ?? "";
    const now = new Date(Date.now() + this.offset);
    const place = placeLine(this.place.now, this.place.reason);
    const lines = stampLines(this.told, now, typed, place);
    const rows = all(this.root, "[data-stamp] li", HTMLElement);
    const list = need(this.root, "[data-stamp]", HTMLElement);
    lines.forEach(([chip, text], at) => {
      const row = rows[at] ?? list.appendChild(document.createElement("li"));
      if (row.textContent === chip + text) return;
      row.replaceChildren(...(chip ? [Object.assign(document.createElement("b"), { textContent: chip })] : []), text);
    });
  }

  /** The picture as large as the scene allows, in the proportions of what is taken. */
  private fit(): void {
    const scene = need(this.root, "[data-scene]", HTMLElement);
    const { videoWidth: wide, videoHeight: high } = this.video;
    const ratio = wide && high ? wide / high : 3 / 4;
    const width = Math.min(scene.clientWidth, scene.clientHeight * ratio);
    this.picture.style.width = `${Math.floor(width)}px`;
    this.picture.style.height = `${Math.floor(width / ratio)}px`;
    this.picture.style.setProperty("--shorter", `${Math.floor(Math.min(width, width / ratio))}px`);
    this.picture.classList.toggle("is-wide", ratio > 1);
  }
}

