// Rows on a plain ground: marks by shape, clusters that open when one comes closer.
import * as L from "leaflet";
import "leaflet/dist/leaflet.css";
import { make } from "../../dom.ts";
import { newToken, stopRun } from "../../runs.ts";

type Point = { at: [number, number]; shape: string; title: string; place: string; state: string; clock: string; href: string };
type Found = { points: Point[]; clusters: [number, number, number][]; total: number };
type Told = Found & {
  extent: [number, number, number, number];
  href: string;
  stop: string;
  csrf: string;
  query: [string, string][];
  places: [number, number, string][];
};

const NEAREST = 19; // zoom at which a cluster can open no further
const CLOSER = 2;
const NAMED_FROM = 11.5; // zoom from which names of streets do not lie on each other
const PAUSE_MS = 250;
const SLOW_MS = 700;
const MARK = 26; // pixels across
const LEAST_DEGREES = 0.002; // a single point still has some 200 m around it

export function show(root: HTMLElement): void {
  const told = JSON.parse(root.dataset["map"] ?? "{}") as Told;
  const map = L.map(root, { attributionControl: false, maxZoom: NEAREST, zoomSnap: 0.5, worldCopyJump: false });
  map.zoomControl.remove();
  L.control.zoom({ zoomInTitle: "放大", zoomOutTitle: "缩小" }).addTo(map);
  L.control.scale({ imperial: false }).addTo(map);
  const marks = L.layerGroup().addTo(map);
  let clustered = told.clusters.length > 0;
  let asking: AbortController | null = null;
  let waiting = 0;
  const said = make("p", { class: "quiet small", role: "status" });
  root.after(said);

  const [south, west, north, east] = told.extent;
  const around = L.latLngBounds([south, west], [north, east]).pad(0.05);
  const least = L.latLngBounds(
    [around.getCenter().lat - LEAST_DEGREES, around.getCenter().lng - LEAST_DEGREES],
    [around.getCenter().lat + LEAST_DEGREES, around.getCenter().lng + LEAST_DEGREES],
  );
  map.fitBounds(around.extend(least));
  for (const [lat, lng, name] of told.places) {
    L.marker([lat, lng], { icon: label(name), interactive: false, keyboard: false, zIndexOffset: 5000 }).addTo(map);
  }
  const far = (): boolean => root.classList.toggle("is-far", map.getZoom() < NAMED_FROM);
  map.on("zoomend", far);
  far();
  draw(told);

  map.on("moveend", () => {
    if (!clustered) return; // every point is here already
    window.clearTimeout(waiting);
    waiting = window.setTimeout(() => void ask(), PAUSE_MS);
  });

  async function ask(): Promise<void> {
    asking?.abort();
    const mine = new AbortController();
    const run = newToken();
    asking = mine;
    let slow = 0;
    mine.signal.addEventListener("abort", () => stopRun(told.stop, told.csrf, run));
    const box = map.getBounds();
    const params = new URLSearchParams(told.query.filter(([name]) => name !== "box"));
    params.set("run", run);
    params.set("box", [box.getSouth(), box.getWest(), box.getNorth(), box.getEast()].join(","));
    try {
      slow = window.setTimeout(() => (said.textContent = "要读的数据较多，正在读取…"), SLOW_MS);
      const answer = await fetch(`${told.href}?${params}`, { signal: mine.signal, credentials: "same-origin" });
      const found = (await answer.json()) as Found & { detail?: string };
      if (answer.ok) draw(found);
      said.textContent = answer.ok ? "" : (found.detail ?? "");
    } catch {
      if (mine === asking) said.textContent = ""; // offline for a moment: what is drawn stays
    } finally {
      window.clearTimeout(slow);
      if (mine === asking) asking = null; // nothing is left to stop
    }
  }

  function draw(found: Found): void {
    marks.clearLayers();
    for (const point of found.points) pointMark(point).addTo(marks);
    for (const [lat, lng, number] of found.clusters) clusterMark(lat, lng, number).addTo(marks);
  }

  function clusterMark(lat: number, lng: number, number: number): L.Marker {
    const size = number > 999 ? 52 : number > 99 ? 44 : 36;
    const icon = L.divIcon({ className: "map-cluster", html: make("span", {}, number.toLocaleString()), iconSize: [size, size] });
    const mark = named(L.marker([lat, lng], { icon }), `${number} 件，放大查看`);
    mark.on("click keypress", () => map.setView([lat, lng], Math.min(map.getZoom() + CLOSER, NEAREST)));
    return mark;
  }
}

function pointMark(point: Point): L.Marker {
  const icon = L.divIcon({ className: `map-mark mark-${point.shape}`, html: "", iconSize: [MARK, MARK] });
  const mark = named(L.marker(point.at, { icon }), `${point.title}，${point.state}，${point.place}`);
  const card = make("div", { class: "map-card" });
  card.append(make("a", { href: point.href }, point.title), make("p", {}, point.place));
  card.append(make("p", { class: "quiet" }, [point.state, point.clock].filter(Boolean).join(" · ")));
  return mark.bindPopup(card, { closeButton: false });
}

/** A mark that says what it is to whoever does not see it. */
function named(mark: L.Marker, words: string): L.Marker {
  mark.options.title = words;
  mark.on("add", () => mark.getElement()?.setAttribute("aria-label", words));
  return mark;
}

function label(name: string): L.DivIcon {
  return L.divIcon({ className: "map-label", html: make("span", {}, name), iconSize: [0, 0] });
}
