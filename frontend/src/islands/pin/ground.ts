// A map without tiles: a grid of round metres on a plain ground, and what is known around.
import * as L from "leaflet";
import { make } from "../../dom.ts";

const DEGREE_M = 111_320; // metres of one degree of latitude
const STEPS = [5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000];
const APART = 64; // least pixels between two lines

export type Around = {
  here: [number, number] | null;
  problems: [number, number, string, string][];
  places: [number, number, string][];
};

/** Lines that run north and east in round metres, drawn anew wherever one looks. */
export function drawGrid(map: L.Map): void {
  const lines = L.layerGroup().addTo(map);
  const style: L.PolylineOptions = { color: "#c3cdc0", weight: 1, interactive: false };
  const draw = (): void => {
    lines.clearLayers();
    const box = map.getBounds();
    const middle = box.getCenter();
    const wide = map.distance([middle.lat, box.getWest()], [middle.lat, box.getEast()]) / map.getSize().x;
    const step = STEPS.find((each) => each / wide >= APART) ?? STEPS[STEPS.length - 1] ?? 1;
    const high = step / DEGREE_M;
    const across = high / Math.max(Math.cos((middle.lat * Math.PI) / 180), 0.01);
    for (let lat = Math.floor(box.getSouth() / high) * high; lat < box.getNorth(); lat += high) {
      L.polyline([[lat, box.getWest()], [lat, box.getEast()]], style).addTo(lines);
    }
    for (let lng = Math.floor(box.getWest() / across) * across; lng < box.getEast(); lng += across) {
      L.polyline([[box.getSouth(), lng], [box.getNorth(), lng]], style).addTo(lines);
    }
  };
  map.on("moveend", draw);
  draw();
}

/** Problems as small marks, streets by name; none of them can be pressed by mistake. */
export function drawAround(map: L.Map, { problems, places }: Around): void {
  for (const [lat, lng, name, state] of problems) {
    const icon = L.divIcon({ className: "pin-known", iconSize: [14, 14] });
    L.marker([lat, lng], { icon, interactive: false, keyboard: false }).addTo(map);
    label(map, lat, lng, `${name} · ${state}`, "pin-name pin-problem");
  }
  for (const [lat, lng, name] of places) label(map, lat, lng, name, "pin-name");
}

function label(map: L.Map, lat: number, lng: number, name: string, className: string): void {
  const icon = L.divIcon({ className, html: make("span", {}, name), iconSize: [0, 0] });
  L.marker([lat, lng], { icon, interactive: false, keyboard: false }).addTo(map);
}
