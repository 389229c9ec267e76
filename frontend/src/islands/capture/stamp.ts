// The words of the stamp as the server would write them now (app/photos/stamp.py); it has the last word.
import type { Place, Told } from "./types.ts";

const WEEKDAYS: Readonly<Record<string, string>> = {
  Mon: "星期一", Tue: "星期二", Wed: "星期三", Thu: "星期四", Fri: "星期五", Sat: "星期六", Sun: "星期日",
};
const CITY = new Intl.DateTimeFormat("en-GB", {
  timeZone: "Asia/Shanghai",
  year: "numeric", month: "2-digit", day: "2-digit",
  hour: "2-digit", minute: "2-digit", second: "2-digit",
  weekday: "short", hourCycle: "h23",
});

/** An instant in the city's time: 2026-11-23 10:05:09 星期一, wherever the phone believes to be. */
function cityTime(at: Date): string {
  const part = Object.fromEntries(CITY.formatToParts(at).map(({ type, value }) => [type, value]));
  const day = WEEKDAYS[part["weekday"] ?? ""] ?? "";
  return `${part["year"]}-${part["month"]}-${part["day"]} ${part["hour"]}:${part["minute"]}:${part["second"]} ${day}`;
}

export function placeLine(place: Place | null, why: string): string {
  if (!place) return `未定位（${why}）`;
  const sure = place.accuracy === null ? "" : ` ±${Math.max(1, Math.round(place.accuracy))} m`;
  return `${place.lat.toFixed(6)},${place.lng.toFixed(6)} (WGS-84)${sure}`;
}

/** The six lines; the first is split into the phase and the rest. */
export function stampLines(told: Told, now: Date, address: string, place: string): [string, string][] {
  return [
    [told.phase_label, told.number || "待编号"],
    ["", cityTime(now)],
    ["", address.trim() || told.address || "未填写地址"],
    ["", place],
    ["", told.unit],
    ["", "防伪码 由服务器生成"],
  ];
}
