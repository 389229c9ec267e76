// Fills the hidden position fields from the device, and says how sure it is.
import { all, need } from "../dom.ts";

const ROUGH_M = 200; // the checker gets a 提示 beyond this

const REFUSED: Readonly<Record<number, string>> = {
  1: "手机没有允许定位。请在浏览器设置里允许，再点“重新定位”；或者选择没有定位的原因。",
  2: "暂时收不到定位信号。请到开阔处再试；或者选择没有定位的原因。",
  3: "定位太慢，已停止。请再试一次；或者选择没有定位的原因。",
};

export default function position(root: HTMLElement): void {
  const button = need(root, "[data-locate]", HTMLButtonElement);
  const label = need(root, "[data-locate-label]", HTMLElement);
  const said = need(root, "[data-said]", HTMLElement);
  const reasonPart = need(root, "[data-no-position]", HTMLElement);
  const reason = need(root, "select", HTMLSelectElement);
  const fields = new Map(all(root, "input[type=hidden]", HTMLInputElement).map((one) => [one.name, one]));
  const value = (name: string): string => fields.get(name)?.value ?? "";
  const fill = (name: string, text: string): void => {
    const field = fields.get(name);
    if (field) field.value = text;
  };

  function show(): void {
    const metres = Number(value("accuracy_m"));
    const sure = value("accuracy_m") === "" ? "" : `，误差 ±${Math.round(metres)} 米`;
    const at = new Date(value("located_at"));
    const time = Number.isNaN(at.getTime()) ? "" : `（${at.toLocaleTimeString("zh-CN", { hour: "2-digit", minute: "2-digit" })}）`;
    const advice = metres > ROUGH_M ? "。误差偏大，到开阔处重新定位会更准" : "";
    said.textContent = `已定位${sure}${time}${advice}`;
    label.textContent = "重新定位";
    reason.value = "";
    reasonPart.hidden = true;
  }

  function found(fix: GeolocationPosition): void {
    fill("lat", fix.coords.latitude.toFixed(7));
    fill("lng", fix.coords.longitude.toFixed(7));
    fill("accuracy_m", fix.coords.accuracy.toFixed(1));
    fill("located_at", new Date(fix.timestamp).toISOString());
    fill("coord_source", "browser");
    done();
    show();
  }

  function lost(sentence: string): void {
    done();
    label.textContent = "重新定位";
    if (value("lat")) {
      said.textContent = `${sentence}上一次的位置仍然保留。`;
      return;
    }
    said.textContent = sentence;
    reasonPart.hidden = false;
  }

  function done(): void {
    button.removeAttribute("aria-busy");
    root.dataset["state"] = value("lat") ? "found" : "none";
  }

  function locate(): void {
    if (!window.isSecureContext || !("geolocation" in navigator)) {
      return lost("这个浏览器不能定位（需要 https 网址）。请选择没有定位的原因，并写清地点。");
    }
    button.setAttribute("aria-busy", "true");
    said.textContent = "正在定位…";
    navigator.geolocation.getCurrentPosition(
      found,
      (error) => lost(REFUSED[error.code] ?? "没有定位成功。请再试一次；或者选择没有定位的原因。"),
      { enableHighAccuracy: true, timeout: 20000, maximumAge: 0 },
    );
  }

  button.addEventListener("click", () => {
    if (button.getAttribute("aria-busy") !== "true") locate();
  });
  if (value("lat")) show();
  else {
    reasonPart.hidden = reason.value === "" && !root.classList.contains("has-error");
    void startIfAllowed(locate);
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
