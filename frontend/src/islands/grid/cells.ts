// How a cell looks by its type; text is always text, never markup.
import { make } from "../../dom.ts";
import type { ColumnFacts, Row } from "./types.ts";

export type Draw = (text: string, row: Row) => string | HTMLElement;

const HUES = new Set(["red", "orange", "yellow", "green", "blue", "purple", "grey"]);
const BETWEEN = /[、,，]\s*/;

/** The drawing for a column; `thumb` gives the address of a photo's small picture. */
export function drawing(column: ColumnFacts, thumb: (photo: string) => string): Draw {
  if (column.type === "photos") return (text, row) => picture(column, text, row, thumb);
  if (column.type === "tick") return (text) => tick(text);
  if (column.type === "link") return (text) => link(text);
  if (column.type === "multi_choice") return (text) => tags(column, text.split(BETWEEN));
  if (column.choices) return (text) => (text ? tags(column, [text]) : "");
  return (text) => (text.includes("\n") ? text.replace(/\s*\n\s*/g, " ⏎ ") : text);
}

/** Class names of a whole column. */
export function classOf(column: ColumnFacts): string {
  const parts = [`type-${column.type.replaceAll("_", "-")}`];
  if (column.type === "number" || column.type === "money") parts.push("is-figure");
  if (!column.edit) parts.push("is-fixed");
  return parts.join(" ");
}

function tags(column: ColumnFacts, labels: readonly string[]): HTMLElement {
  const holder = make("span", { class: "grid-tags" });
  for (const label of labels) {
    if (!label) continue;
    const choice = column.choices?.find((each) => each[1] === label);
    const hue = choice?.[2];
    const style = hue && HUES.has(hue) ? `grid-tag hue-${hue}` : "grid-tag";
    holder.append(make("span", { class: style }, label));
  }
  return holder;
}

function picture(
  column: ColumnFacts,
  text: string,
  row: Row,
  thumb: (photo: string) => string,
): string | HTMLElement {
  const photo = row.pictures[column.id];
  if (!photo) return text;
  const holder = make("span", { class: "grid-picture" });
  const image = make("img", { src: thumb(photo), alt: `${column.name} ${text}`, loading: "lazy" });
  image.decoding = "async";
  holder.append(image, make("span", { class: "grid-picture-count" }, text.replace(/\D+/g, "")));
  return holder;
}

function tick(text: string): string | HTMLElement {
  if (!text) return "";
  const yes = text === "是";
  return make("span", { class: yes ? "grid-tick is-yes" : "grid-tick" }, yes ? "✓" : "否");
}

function link(text: string): string | HTMLElement {
  if (!/^https?:\/\//i.test(text)) return text;
  return make("a", { href: text, target: "_blank", rel: "noopener noreferrer", tabindex: "-1" }, text);
}
