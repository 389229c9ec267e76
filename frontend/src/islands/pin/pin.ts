// A position put on the map by hand: dragged, tapped, or moved with the arrow keys.
import * as L from "leaflet";
import "leaflet/dist/leaflet.css";
import "./pin.scss";
import { make } from "../../dom.ts";
import { type Around, drawAround, drawGrid } from "./ground.ts";

const NEAREST = 21;
const BEGIN = 17; // zoom: some 300 m across a phone
const PIXELS = 8; // one press of an arrow; with shift five times as far
const PIN = 44;
const ARROWS: Readonly<Record<string, [number, number]>> = {
  ArrowUp: [0, -PIXELS],
  ArrowDown: [0, PIXELS],
  ArrowLeft: [-PIXELS, 0],
  ArrowRight: [PIXELS, 0],
};
const NOWHERE = "没有网络，也没有定位，地图打不开。请写清地点，并选择没有定位的原因。";

export type Spot = { lat: number; lng: number; accuracy: number | null };
/** What the map is asked for: where to begin, where the device says it is, what to do then. */
export type Asked = {
  begin: Spot | null;
  device: Spot | null;
  around: string;
  use(spot: { lat: number; lng: number }): void;
  leave(): void;
};

/** Show the map in `room` until a place is used or the person leaves it. */
export async function openPin(room: HTMLElement, asked: Asked): Promise<void> {
  const known = await readAround(asked);
  const begin: [number, number] | null = asked.begin ? [asked.begin.lat, asked.begin.lng] : (known?.here ?? null);
  const said = make("p", { class: "pin-said", role: "status" });
  if (!begin) {
    said.textContent = NOWHERE;
    room.replaceChildren(said);
    return;
  }
  const ground = make("div", { class: "pin-map", role: "application", "aria-label": "地图，拖动标注或用方向键移动" });
  const buttons = make("div", { class: "actions" });
  const use = make("button", { type: "button", class: "btn btn-primary" }, "用这个位置");
  const leave = make("button", { type: "button", class: "btn btn-plain" }, "不标注");
  buttons.append(use, leave);
  room.replaceChildren(make("p", { class: "form-help" }, "把标注拖到问题所在的地方，或者点一下地图。图上没有街道，可对照附近的点位和街道名。"), ground, said, buttons);

  const map = L.map(ground, { attributionControl: false, zoomControl: false, maxZoom: NEAREST, keyboard: false });
  L.control.zoom({ zoomInTitle: "放大", zoomOutTitle: "缩小" }).addTo(map);
  L.control.scale({ imperial: false }).addTo(map);
  map.setView(begin, BEGIN);
  drawGrid(map);
  if (known) drawAround(map, known);
  if (asked.device) drawDevice(map, asked.device);
  const pin = drawPin(map, begin);

  const say = (): void => {
    const { lat, lng } = pin.getLatLng();
    const apart = asked.device ? map.distance([lat, lng], [asked.device.lat, asked.device.lng]) : 0;
    const away = asked.device && apart >= 1 ? `，离手机定位 ${Math.round(apart)} 米` : "";
    said.textContent = `标注在 ${lat.toFixed(6)}, ${lng.toFixed(6)}${away}`;
  };
  pin.on("drag", say);
  map.on("click", (event) => {
    pin.setLatLng(event.latlng);
    say();
  });
  pin.getElement()?.addEventListener("keydown", (event) => {
    const way = ARROWS[event.key];
    if (!way) return;
    event.preventDefault();
    const far = event.shiftKey ? 5 : 1;
    const from = map.latLngToContainerPoint(pin.getLatLng());
    pin.setLatLng(map.containerPointToLatLng(from.add([way[0] * far, way[1] * far])));
    if (!map.getBounds().pad(-0.1).contains(pin.getLatLng())) map.panTo(pin.getLatLng(), { animate: false });
    say();
  });
  const done = (work: () => void): void => {
    map.remove();
    room.replaceChildren();
    work();
  };
  use.addEventListener("click", () => {
    const { lat, lng } = pin.getLatLng();
    done(() => asked.use({ lat, lng }));
  });
  leave.addEventListener("click", () => done(asked.leave));
  say();
  pin.getElement()?.focus();
}

async function readAround({ around, begin }: Asked): Promise<Around | null> {
  const query = begin ? `?lat=${begin.lat}&lng=${begin.lng}` : "";
  try {
    const answer = await fetch(around + query, { credentials: "same-origin" });
    return answer.ok && !answer.redirected ? ((await answer.json()) as Around) : null;
  } catch {
    return null; // offline: the grid alone
  }
}

function drawDevice(map: L.Map, { lat, lng, accuracy }: Spot): void {
  if (accuracy) L.circle([lat, lng], { radius: accuracy, className: "pin-sure", interactive: false }).addTo(map);
  L.circleMarker([lat, lng], { radius: 5, className: "pin-device", interactive: false }).addTo(map);
}

function drawPin(map: L.Map, at: [number, number]): L.Marker {
  const icon = L.divIcon({ className: "pin", html: "", iconSize: [PIN, PIN], iconAnchor: [PIN / 2, PIN - 6] });
  const pin = L.marker(at, { icon, draggable: true, autoPan: true, zIndexOffset: 9000 }).addTo(map);
  pin.getElement()?.setAttribute("aria-label", "位置标注，用方向键移动，按住 Shift 移得远些");
  return pin;
}
