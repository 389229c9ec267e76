// Rectangles over a photo by mouse, thumb or keys; the form's number fields always say the same.
import { all, make, need } from "../../dom.ts";
import "./mask.scss";

type Box = { x: number; y: number; w: number; h: number }; // parts of the picture, 0 to 1
type Grip = "move" | "size";

const LEAST = 0.01;
const STEP = 0.01;
const NEW: Readonly<Box> = { x: 0.4, y: 0.4, w: 0.2, h: 0.2 };
const NAMES = ["left", "top", "width", "height"] as const;

const within = (value: number, most: number): number => Math.min(Math.max(value, 0), most);
const percent = (part: number): string => String(Math.round(part * 10_000) / 100);

/** Kept on the picture and never too small to be caught. */
function kept(box: Box): Box {
  const w = Math.min(Math.max(box.w, LEAST), 1);
  const h = Math.min(Math.max(box.h, LEAST), 1);
  return { x: within(box.x, 1 - w), y: within(box.y, 1 - h), w, h };
}

export function draw(form: HTMLElement): void {
  const stage = need(form, "[data-mask-stage]", HTMLElement);
  const rows = need(form, "[data-mask-rows]", HTMLElement);
  const template = need(form, "[data-mask-template]", HTMLTemplateElement);
  const elements: HTMLElement[] = [];
  let boxes: Box[] = [];
  let chosen = -1;

  const said = make("p", { class: "visually-hidden", "aria-live": "polite" });
  const add = make("button", { type: "button", class: "btn btn-plain" }, "加一个方框");
  const remove = make("button", { type: "button", class: "btn btn-quiet", disabled: "" }, "删除选中的方框");
  const bar = make("div", { class: "actions mask-bar" });
  bar.append(add, remove, said);
  const hint = make("p", { class: "quiet small" }, "在照片上拖动画出方框；拖方框移动，拖右下角改大小。键盘：方向键移动，Shift＋方向键改大小，Delete 删除。");
  stage.after(bar, hint);
  need(form, "[data-mask-numbers]", HTMLDetailsElement).open = false;
  stage.classList.add("mask-drawable");

  function place(index: number): void {
    const box = boxes[index];
    const element = elements[index];
    if (!box || !element) return;
    const { style } = element;
    style.left = `${box.x * 100}%`;
    style.top = `${box.y * 100}%`;
    style.width = `${box.w * 100}%`;
    style.height = `${box.h * 100}%`;
    element.setAttribute("aria-label", `第 ${index + 1} 处：左 ${percent(box.x)}%，上 ${percent(box.y)}%，宽 ${percent(box.w)}%，高 ${percent(box.h)}%`);
    const row = all(rows, "[data-mask-row]", HTMLElement)[index];
    if (!row) return;
    const values = [box.x, box.y, box.w, box.h];
    NAMES.forEach((name, at) => {
      const field = need(row, `[name=${name}]`, HTMLInputElement);
      if (field !== document.activeElement) field.value = percent(values[at] ?? 0);
    });
  }

  function choose(index: number): void {
    chosen = index;
    elements.forEach((element, at) => element.classList.toggle("is-chosen", at === index));
    remove.disabled = index < 0;
  }

  /** Everything anew: after a box came or went. */
  function rebuild(): void {
    for (const element of elements.splice(0)) element.remove();
    rows.replaceChildren();
    boxes.forEach((_, index) => {
      const element = make("div", { class: "mask-box", role: "group", tabindex: "0" });
      element.append(make("span", { class: "mask-number", "aria-hidden": "true" }, String(index + 1)));
      element.append(make("span", { class: "mask-handle", "aria-hidden": "true" }));
      element.addEventListener("focus", () => choose(index));
      elements.push(element);
      stage.append(element);
      rows.append(template.content.cloneNode(true));
      const row = rows.lastElementChild;
      if (row) need(row, "[data-mask-place]", HTMLElement).textContent = String(index + 1);
      place(index);
    });
    choose(Math.min(chosen, boxes.length - 1));
  }

  function insert(box: Box): void {
    boxes.push(kept(box));
    rebuild();
    elements[elements.length - 1]?.focus();
    said.textContent = `已加第 ${boxes.length} 处`;
  }

  function drop(index: number): void {
    if (!boxes[index]) return;
    boxes.splice(index, 1);
    rebuild();
    (elements[Math.min(index, elements.length - 1)] ?? add).focus();
    said.textContent = `已删除，还有 ${boxes.length} 处`;
  }

  function change(index: number, box: Box): void {
    boxes[index] = kept(box);
    place(index);
  }

  const point = (event: PointerEvent): { x: number; y: number } => {
    const edge = stage.getBoundingClientRect();
    return {
      x: within((event.clientX - edge.left) / edge.width, 1),
      y: within((event.clientY - edge.top) / edge.height, 1),
    };
  };

  stage.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || !event.isPrimary) return;
    event.preventDefault();
    const target = event.target instanceof Element ? event.target : null;
    const from = point(event);
    let index = elements.findIndex((element) => target !== null && element.contains(target));
    const grip: Grip = target?.classList.contains("mask-handle") ? "size" : "move";
    const old = index >= 0 ? boxes[index] : undefined;
    const before: Box = { ...(old ?? { ...from, w: 0, h: 0 }) };
    const fresh = index < 0;
    if (!fresh) elements[index]?.focus();
    stage.setPointerCapture(event.pointerId);

    const move = (moved: PointerEvent): void => {
      const to = point(moved);
      if (fresh) {
        const box = { x: Math.min(from.x, to.x), y: Math.min(from.y, to.y), w: Math.abs(to.x - from.x), h: Math.abs(to.y - from.y) };
        if (index < 0) {
          if (box.w < LEAST || box.h < LEAST) return; // a tap is no rectangle
          insert(box);
          index = boxes.length - 1;
        }
        change(index, box);
      } else if (grip === "size") {
        change(index, { ...before, w: within(before.w + to.x - from.x, 1 - before.x), h: within(before.h + to.y - from.y, 1 - before.y) });
      } else change(index, { ...before, x: before.x + to.x - from.x, y: before.y + to.y - from.y });
    };
    const end = (): void => {
      stage.removeEventListener("pointermove", move);
      stage.removeEventListener("pointerup", end);
      stage.removeEventListener("pointercancel", end);
    };
    stage.addEventListener("pointermove", move);
    stage.addEventListener("pointerup", end);
    stage.addEventListener("pointercancel", end);
  });

  stage.addEventListener("keydown", (event) => {
    const index = elements.findIndex((element) => element === event.target);
    const box = boxes[index];
    if (!box || event.ctrlKey || event.metaKey || event.altKey) return;
    const far = { ArrowLeft: [-STEP, 0], ArrowRight: [STEP, 0], ArrowUp: [0, -STEP], ArrowDown: [0, STEP] }[event.key];
    if (far) {
      const [x = 0, y = 0] = far;
      change(index, event.shiftKey
        ? { ...box, w: within(box.w + x, 1 - box.x), h: within(box.h + y, 1 - box.y) }
        : { ...box, x: box.x + x, y: box.y + y });
    } else if (event.key === "Delete" || event.key === "Backspace") drop(index);
    else return;
    event.preventDefault();
  });

  rows.addEventListener("input", (event) => {
    const row = event.target instanceof Element ? event.target.closest("[data-mask-row]") : null;
    const index = all(rows, "[data-mask-row]", HTMLElement).findIndex((one) => one === row);
    const box = row ? read(row) : null;
    if (index >= 0 && box) change(index, box);
  });
  add.addEventListener("click", () => insert(NEW));
  remove.addEventListener("click", () => drop(chosen));

  boxes = all(rows, "[data-mask-row]", HTMLElement).flatMap((row) => read(row) ?? []);
  rebuild();
}

/** The four numbers of a row, or nothing while one is missing. */
function read(row: Element): Box | null {
  const numbers = NAMES.map((name) => {
    const text = need(row, `[name=${name}]`, HTMLInputElement).value.trim();
    return text === "" ? NaN : Number(text) / 100;
  });
  const [x = NaN, y = NaN, w = NaN, h = NaN] = numbers;
  return numbers.every(Number.isFinite) ? { x, y, w, h } : null;
}
