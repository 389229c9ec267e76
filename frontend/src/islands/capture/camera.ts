// The camera as the page gets it: a stream, still pictures of it, and what the hardware can do.

const QUALITY = 0.9;
const PATIENCE_MS = 1000; // a still that takes longer is not worth waiting for: a frame is there at once
const SAME_SHAPE = 0.02; // by how much a still's proportions may differ from what was seen
const NEARLY = 0.9;

type Range = { min: number; max: number; step: number };
type Capabilities = MediaTrackCapabilities & { torch?: boolean; zoom?: Partial<Range> };
type Settings = MediaTrackSettings & { zoom?: number };

/** The camera runs, and nothing of it can be drawn: a black picture is no evidence. */
export class NothingDrawn extends Error {
  constructor() {
    super("画面还没有出来，请稍等再拍。");
  }
}

/** The sentence for a person whose camera does not open in the page. */
export function refusal(error: unknown): string {
  const name = (error as { name?: unknown } | null)?.name; // Safari's OverconstrainedError is no DOMException
  if (name === "NotAllowedError" || name === "SecurityError") {
    return "浏览器没有允许网页使用相机。可以在浏览器设置里允许后再试，也可以直接用手机相机拍。";
  }
  if (name === "NotFoundError" || name === "OverconstrainedError") return "这台设备没有找到相机，请用手机相机拍。";
  if (name === "NotReadableError" || name === "AbortError") {
    return "相机正被别的应用占用。关掉那个应用再试，也可以直接用手机相机拍。";
  }
  return "这个浏览器不能在网页里取景，请用手机相机拍，拍完会回到这里。";
}

export class Camera {
  private still: ImageCapture | null;
  private size: PhotoSettings = {};

  private constructor(
    private readonly video: HTMLVideoElement,
    private readonly stream: MediaStream,
    private readonly track: MediaStreamTrack,
    private readonly longest: number,
  ) {
    const { width = 0, height = 0 } = track.getSettings();
    // A stream that is large enough already gives as good a picture, and exactly what was seen.
    const worth = Math.max(width, height) < longest * NEARLY;
    this.still = worth && "ImageCapture" in window ? new ImageCapture(track) : null;
  }

  /** Open the rear camera on a video element. Raises what `refusal` has a sentence for. */
  static async open(video: HTMLVideoElement, longest: number): Promise<Camera> {
    if (!navigator.mediaDevices?.getUserMedia) throw new TypeError("no camera in this browser");
    const stream = await navigator.mediaDevices.getUserMedia({
      audio: false,
      video: {
        facingMode: { ideal: "environment" },
        width: { ideal: longest },
        height: { ideal: Math.round((longest * 3) / 4) },
      },
    });
    const track = stream.getVideoTracks()[0];
    if (!track) throw new DOMException("no picture", "NotFoundError");
    video.srcObject = stream;
    const camera = new Camera(video, stream, track, longest);
    await Promise.all([video.play(), camera.chooseSize()]);
    return camera;
  }

  /** Ask for the smallest still that is large enough. */
  private async chooseSize(): Promise<void> {
    try {
      const { imageWidth: wide, imageHeight: high } = (await this.still?.getPhotoCapabilities()) ?? {};
      if (!wide?.max || !high?.max) return;
      const share = Math.min(1, this.longest / Math.max(wide.max, high.max));
      this.size = { imageWidth: Math.round(wide.max * share), imageHeight: Math.round(high.max * share) };
    } catch {
      this.still = null;
    }
  }

  private get ended(): boolean {
    return this.track.readyState === "ended";
  }

  /** Whether the picture runs on after the page was away: Safari stops the track meanwhile, and
   * does not always let it go on. */
  async resumes(): Promise<boolean> {
    void this.video.play().catch(() => undefined); // paused by a call, or by another window
    if (this.track.muted) await new Promise((resolve) => setTimeout(resolve, PATIENCE_MS));
    return !this.ended && !this.track.muted;
  }

  get canTorch(): boolean {
    return (this.capabilities().torch ?? false) === true;
  }

  /** From where to where this camera zooms, and where it stands; null where it does not. */
  get zoomRange(): (Range & { now: number }) | null {
    const { min, max, step } = this.capabilities().zoom ?? {};
    if (min === undefined || max === undefined || max <= min) return null;
    return { min, max, step: step || 0.1, now: (this.track.getSettings() as Settings).zoom ?? min };
  }

  private capabilities(): Capabilities {
    return (this.track.getCapabilities?.() ?? {}) as Capabilities;
  }

  async torch(on: boolean): Promise<void> {
    await this.apply({ torch: on });
  }

  async zoom(to: number): Promise<void> {
    await this.apply({ zoom: to });
  }

  private async apply(set: Record<string, unknown>): Promise<void> {
    await this.track.applyConstraints({ advanced: [set as MediaTrackConstraintSet] });
  }

  /** The picture as it is now, a JPEG no longer than was asked for. */
  async take(): Promise<Blob> {
    if (this.track.muted) throw new Error("画面停住了，请等画面恢复再拍。"); // it would be a black picture
    return (await this.takeStill()) ?? this.shrunk(this.video, this.video.videoWidth, this.video.videoHeight);
  }

  private async takeStill(): Promise<Blob | null> {
    if (!this.still) return null;
    const late = new Promise<null>((resolve) => setTimeout(() => resolve(null), PATIENCE_MS));
    const taking = this.still.takePhoto(this.size);
    try {
      const blob = await Promise.race([taking, late]);
      const fitting = blob && (await this.fitting(blob));
      if (fitting) return fitting;
    } catch {
      // a frame of the stream instead
    }
    taking.catch(() => undefined);
    this.still = null; // slow, broken or of another shape: frames from now on
    return null;
  }

  /** A still as it may be sent; null when it shows something else than the viewfinder did. */
  private async fitting(blob: Blob): Promise<Blob | null> {
    const picture = await createImageBitmap(blob);
    try {
      const seen = this.video.videoWidth / this.video.videoHeight;
      if (Math.abs(picture.width / picture.height / seen - 1) > SAME_SHAPE) return null;
      const fits = Math.max(picture.width, picture.height) <= this.longest;
      if (fits && blob.type === "image/jpeg") return blob;
      return await this.shrunk(picture, picture.width, picture.height);
    } finally {
      picture.close();
    }
  }

  private async shrunk(source: CanvasImageSource, width: number, height: number): Promise<Blob> {
    if (!width || !height) throw new NothingDrawn();
    const share = Math.min(1, this.longest / Math.max(width, height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(width * share);
    canvas.height = Math.round(height * share);
    const pen = canvas.getContext("2d");
    pen?.drawImage(source, 0, 0, canvas.width, canvas.height);
    // Safari's first frames, and videos that a browser shows but does not hand over, leave nothing.
    if (pen?.getImageData(canvas.width >> 1, canvas.height >> 1, 1, 1).data[3] === 0) throw new NothingDrawn();
    const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, "image/jpeg", QUALITY));
    canvas.width = canvas.height = 0; // older phones give the memory back only so
    if (!blob) throw new Error("这张没有拍成，请再按一次。");
    return blob;
  }

  stop(): void {
    for (const track of this.stream.getTracks()) track.stop();
    this.video.srcObject = null;
  }
}
