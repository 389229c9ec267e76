// What may be picked for a cell by its column: listed choices, names from the server, near days.
import type { Option, Options } from "./picker.ts";
import type { Transport } from "./transport.ts";
import type { ColumnFacts } from "./types.ts";

const NONE: Options = { list: [], strict: false };
const BLANK: Option = { shown: "", value: "", note: "清空" };
const DAY_MS = 86_400_000;

export async function optionsFor(
  column: ColumnFacts,
  words: string,
  transport: Transport,
  url: string,
): Promise<Options> {
  if (column.names) return named(column.names, words, transport, url);
  if (column.choices) return listed(column, words);
  if (column.type === "tick") return ticks(words);
  if (column.type === "rating") return { list: marks(column).filter(fits(words)), strict: false };
  if (column.type === "date" && !words) return { list: days(), strict: false };
  if (column.type === "date_time" && !words) return { list: [now()], strict: false };
  return NONE;
}

function listed(column: ColumnFacts, words: string): Options {
  const many = column.type === "multi_choice";
  const all: Option[] = (column.choices ?? []).map((each) => ({
    shown: each[1] ?? "", value: each[1] ?? "", hue: each[2] ?? "",
  }));
  if (many) return { list: all, strict: false, many };
  const found = all.filter(fits(words));
  return { list: words ? found : [...found, BLANK], strict: found.length > 0 };
}

function ticks(words: string): Options {
  const list = [{ shown: "是", value: "是" }, { shown: "否", value: "否" }].filter(fits(words));
  return { list: words ? list : [...list, BLANK], strict: list.length > 0 };
}

function marks(column: ColumnFacts): Option[] {
  const most = Number(column.choices?.length ?? 5) || 5;
  return Array.from({ length: most }, (_, place) => ({
    shown: String(place + 1), value: String(place + 1), note: "★".repeat(place + 1),
  }));
}

async function named(
  kind: string,
  words: string,
  transport: Transport,
  url: string,
): Promise<Options> {
  try {
    const query = `kind=${encodeURIComponent(kind)}&q=${encodeURIComponent(words)}`;
    const found = await transport.get<{ options: [number, string, string][] }>(`${url}?${query}`);
    const list = found.options.map(([id, shown, note]) => ({
      shown, value: { id }, note: note === shown ? "" : note,
    }));
    return { list: words ? list : [...list, BLANK], strict: list.length > 0 };
  } catch {
    return NONE; // a name can still be typed in full
  }
}

function days(): Option[] {
  return [["今天", 0], ["明天", 1], ["一周后", 7], ["昨天", -1]].map(([note, add]) => {
    const shown = dayText(new Date(Date.now() + Number(add) * DAY_MS));
    return { shown, value: shown, note: String(note) };
  });
}

function now(): Option {
  const at = new Date();
  const time = `${String(at.getHours()).padStart(2, "0")}:${String(at.getMinutes()).padStart(2, "0")}`;
  const shown = `${dayText(at)} ${time}`;
  return { shown, value: shown, note: "现在" };
}

function dayText(day: Date): string {
  const month = String(day.getMonth() + 1).padStart(2, "0");
  return `${day.getFullYear()}-${month}-${String(day.getDate()).padStart(2, "0")}`;
}

function fits(words: string): (option: Option) => boolean {
  return (option) => !words || option.shown.includes(words);
}
