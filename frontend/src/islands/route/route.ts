// A walk on a plain ground: numbered stops, the line between them, and where one is.
import * as L from "leaflet";
import "leaflet/dist/leaflet.css";
import { make } from "../../dom.ts";

type Stop = { number: number; at: [number, number]; title: string; place: string; href: string };
type Told = { here: [number, number] | null; stops: Stop[] };

const NEAREST = 19;
const STOP_PX = 32;
const HERE_PX = 20;
const BUTTONS_PX = 56; // the zoom buttons cover no stop
const LEAST_DEGREES = 0.0015; // a single stop still has some 150 m around it

export function show(root: HTMLElement): void {
  const told = JSON.parse(root.dataset["map"] ?? "{}") as Told;
  const map = L.map(root, { attributionControl: false, maxZoom: NEAREST, zoomSnap: 0.25 });
  map.zoomControl.remove();
  L.control.zoom({ zoomInTitle: "放大", zoomOutTitle: "缩小" }).addTo(map);
  L.control.scale({ imperial: false }).addTo(map);

  const way = [...(told.here ? [told.here] : []), ...told.stops.map((stop) => stop.at)];
  const [first = [0, 0]] = way;
  const around = L.latLngBounds(way.length > 0 ? way : [first]).pad(0.12);
  const centre = around.getCenter();
  around.extend([centre.lat - LEAST_DEGREES, centre.lng - LEAST_DEGREES]);
  around.extend([centre.lat + LEAST_DEGREES, centre.lng + LEAST_DEGREES]);
  map.fitBounds(around, { paddingTopLeft: [BUTTONS_PX, STOP_PX], paddingBottomRight: [STOP_PX, STOP_PX] });

  L.polyline(way, { className: "walk-line", interactive: false }).addTo(map);
  if (told.here) {
    const icon = L.divIcon({ className: "walk-here", html: "", iconSize: [HERE_PX, HERE_PX] });
    L.marker(told.here, { icon, interactive: false, keyboard: false, title: "您在这里" }).addTo(map);
  }
  for (const stop of told.stops) stopMark(stop).addTo(map);
}

function stopMark(stop: Stop): L.Marker {
  const html = make("span", {}, String(stop.number));
  const icon = L.divIcon({ className: "walk-stop", html, iconSize: [STOP_PX, STOP_PX] });
  const words = `第 ${stop.number} 处：${stop.title}，${stop.place}`;
  const mark = L.marker(stop.at, { icon, title: words, zIndexOffset: -stop.number });
  mark.on("add", () => mark.getElement()?.setAttribute("aria-label", words));
  const card = make("div", { class: "map-card" });
  card.append(make("a", { href: stop.href }, `${stop.number}. ${stop.title}`), make("p", {}, stop.place));
  return mark.bindPopup(card, { closeButton: false });
}
