// Where a problem is: from the device, put on the map by hand, or why it is not known.
import { all, need } from "../dom.ts";
import { askAgain, canLocate, listen } from "../fixes.ts";
import { PLACE_FOUND, type Place } from "../islands/capture/types.ts";

const ROUGH_M = 200; // the checker gets a 提示 beyond this
const GOOD_M = 15; // better than this a phone hardly gets
const BETTER = 0.8; // a new fix counts when its error is so much of the last one's
const SETTLE_MS = 25_000;

const TOO_SLOW = "定位太慢，已停止。请再试一次；或者在地图上标注，或者选择没有定位的原因。";
const REFUSED: Readonly<Record<number, string>> = {
  1: "手机没有允许定位。请在浏览器设置里允许，再点“重新定位”；或者在地图上标注，或者选择没有定位的原因。",
  2: "暂时收不到定位信号。请到开阔处再试；或者在地图上标注，或者选择没有定位的原因。",
  3: TOO_SLOW,
};

export default function position(root: HTMLElement): void {
  const button = need(root, "[data-locate]", HTMLButtonElement);
  const label = need(root, "[data-locate-label]", HTMLElement);
  const said = need(root, "[data-said]", HTMLElement);
  const pin = need(root, "[data-pin]", HTMLButtonElement);
  const room = need(root, "[data-pin-room]", HTMLElement);
  const reasonPart = need(root, "[data-no-position]", HTMLElement);
  const reason = need(root, "select", HTMLSelectElement);
  const fields = new Map(all(root, "input[type=hidden]", HTMLInputElement).map((one) => [one.name, one]));
  const value = (name: string): string => fields.get(name)?.value ?? "";
  const fill = (name: string, text: string): void => {
    const field = fields.get(name);
    if (field) field.value = text;
  };
  let device: Place | null = null; // the last fix, also while the position is a pin's
  let leave: (() => void) | null = null;
  let settled = 0;
  let isOld = false; // came with a form begun earlier: the person may stand elsewhere by now

  function show(): void {
    const at = new Date(value("located_at"));
    const time = Number.isNaN(at.getTime()) ? "" : `（${at.toLocaleTimeString("zh-CN", { hour: "2-digit", minute: "2-digit", hourCycle: "h23" })}）`;
    label.textContent = "重新定位";
    reason.value = "";
    reasonPart.hidden = true;
    root.dataset["state"] = "found";
    if (value("coord_source") === "pin") {
      said.textContent = `已在地图上标注位置${time}`;
      return;
    }
    const metres = Number(value("accuracy_m"));
    const then = isOld ? "，是填写当时的位置，要改请点“重新定位”" : "";
    const sure = value("accuracy_m") === "" ? "" : `，误差 ±${Math.round(metres)} 米`;
    const still = leave && metres > GOOD_M ? "，还在变准…" : "";
    const advice = metres > ROUGH_M ? "。误差偏大，到开阔处重新定位会更准，也可以在地图上标注" : "";
    said.textContent = `已定位${sure}${time}${then || still || advice}`;
  }

  function put({ lat, lng, accuracy, at, source }: Place): void {
    fill("lat", lat.toFixed(7));
    fill("lng", lng.toFixed(7));
    fill("accuracy_m", accuracy === null ? "" : accuracy.toFixed(1));
    fill("located_at", at);
    fill("coord_source", source);
    root.dispatchEvent(new Event("change", { bubbles: true })); // what hangs on the place looks again
  }

  /** Take over a fix that is clearly better than what stands; a pin is never moved by one. */
  function offer(place: Place): void {
    device = place;
    const had = value("accuracy_m");
    const isBetter = (place.accuracy ?? Infinity) <= Number(had) * BETTER;
    if (value("lat") === "" || (!isOld && value("coord_source") !== "pin" && (had === "" || isBetter))) put(place);
    show();
  }

  function lost(sentence: string): void {
    stop();
    label.textContent = "重新定位";
    if (value("lat")) {
      said.textContent = `${sentence}上一次的位置仍然保留。`;
      return;
    }
    said.textContent = sentence;
    reasonPart.hidden = false;
    root.dataset["state"] = "none";
  }

  function stop(): void {
    leave?.();
    leave = null;
    window.clearTimeout(settled);
    button.removeAttribute("aria-busy");
  }

  function locate(anew: boolean): void {
    if (!canLocate()) {
      return lost("这个浏览器不能定位（需要 https 网址）。请在地图上标注，或者选择没有定位的原因，并写清地点。");
    }
    stop();
    let first = anew;
    button.setAttribute("aria-busy", "true");
    said.textContent = "正在定位…";
    leave = listen({
      found(place) {
        button.removeAttribute("aria-busy");
        if (first) for (const name of ["lat", "lng", "accuracy_m", "coord_source"]) fill(name, "");
        isOld &&= !first;
        first = false;
        if ((place.accuracy ?? 0) <= GOOD_M) stop();
        offer(place);
      },
      lost(code) {
        if (!value("lat") || first) lost(REFUSED[code] ?? "没有定位成功。请再试一次；或者选择没有定位的原因。");
      },
    });
    if (anew) askAgain();
    settled = window.setTimeout(() => {
      if (!value("lat") || first) return lost(TOO_SLOW); // nothing at all, or only what was known long ago
      stop();
      show();
    }, SETTLE_MS);
  }

  async function openMap(): Promise<void> {
    pin.setAttribute("aria-expanded", "true");
    room.hidden = false;
    room.textContent = "正在打开地图…";
    const here = value("lat") ? { lat: Number(value("lat")), lng: Number(value("lng")), accuracy: null } : null;
    const close = (): void => {
      room.hidden = true;
      pin.setAttribute("aria-expanded", "false");
      pin.focus();
    };
    try {
      const { openPin } = await import("../islands/pin/pin.ts");
      await openPin(room, {
        begin: here ?? device,
        device,
        around: root.dataset["around"] ?? "",
        use(spot) {
          stop();
          put({ ...spot, accuracy: null, at: new Date().toISOString(), source: "pin" });
          show();
          close();
        },
        leave: close,
      });
    } catch {
      room.textContent = "地图没有打开，请检查网络后再试。";
    }
  }

  button.addEventListener("click", () => {
    if (button.getAttribute("aria-busy") !== "true") locate(true);
  });
  pin.addEventListener("click", () => {
    if (room.hidden) return void openMap();
    room.hidden = true;
    pin.setAttribute("aria-expanded", "false");
  });
  root.closest("form")?.addEventListener("form-filled", () => {
    isOld = value("lat") !== "";
    if (isOld) {
      stop();
      show();
    } else if (reason.value) lost("没有定位，原因已选。");
    else if (device) offer(device); // what was filled in had no place: this one's was wiped off
  });
  document.addEventListener(PLACE_FOUND, (event) => offer((event as CustomEvent<Place>).detail));
  if (value("lat")) show();
  else {
    reasonPart.hidden = reason.value === "" && !root.classList.contains("has-error");
    void startIfAllowed(() => {
      if (!value("lat") && !reason.value) locate(false); // nothing was filled in meanwhile
    });
  }
}

/** Someone who allowed it once is not asked to press the button every time. */
async function startIfAllowed(locate: () => void): Promise<void> {
  try {
    const answer = await navigator.permissions.query({ name: "geolocation" });
    if (answer.state === "granted") locate();
  } catch {
    // no such question in this browser: the button stays
  }
}
