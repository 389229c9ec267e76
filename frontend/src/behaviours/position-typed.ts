// Puts where the device is into a field for a position, beside typing it.
import { need } from "../dom.ts";

const WHY: Readonly<Record<number, string>> = {
  1: "手机没有允许定位，请在浏览器设置里允许，或者直接填写纬度和经度。",
  2: "暂时收不到定位信号，请到开阔处再试，或者直接填写。",
  3: "定位太慢，已停止，请再试一次，或者直接填写。",
};
const PATIENCE_MS = 15_000;

export default function positionTyped(root: HTMLElement): void {
  const field = need(root, "input", HTMLInputElement);
  const button = need(root, "[data-locate]", HTMLButtonElement);
  const said = need(root, "[data-said]", HTMLElement);

  function end(sentence: string): void {
    button.removeAttribute("aria-busy");
    said.textContent = sentence;
  }

  button.addEventListener("click", () => {
    if (!window.isSecureContext || !("geolocation" in navigator)) {
      return end("这个浏览器不能定位（需要 https 网址），请直接填写纬度和经度。");
    }
    button.setAttribute("aria-busy", "true");
    said.textContent = "正在定位…";
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        field.value = `${coords.latitude.toFixed(6)},${coords.longitude.toFixed(6)}`;
        field.dispatchEvent(new Event("input", { bubbles: true })); // the draft is kept
        end(`已定位，误差 ±${Math.round(coords.accuracy)} 米。`);
      },
      (error) => end(WHY[error.code] ?? "没有定位，请直接填写。"),
      { enableHighAccuracy: true, timeout: PATIENCE_MS, maximumAge: 0 },
    );
  });
}
