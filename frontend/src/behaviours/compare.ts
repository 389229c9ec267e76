// Before and after of one place: side by side, a slider, or one in place of the other.
import { all, isTyping, make, need } from "../dom.ts";

const MODES = [
  ["side", "并排"],
  ["slider", "滑块"],
  ["swap", "切换"],
] as const;
type Mode = (typeof MODES)[number][0];

export default function compare(root: HTMLElement): void {
  const stage = need(root, ".compare-stage", HTMLElement);
  const bar = make("div", { class: "compare-bar", role: "group", "aria-label": "对比方式" });
  const range = make("input", {
    class: "compare-range",
    type: "range",
    min: "0",
    max: "100",
    value: "50",
    "aria-label": "整改前露出的部分，百分比",
  });
  const said = make("span", { class: "visually-hidden", "aria-live": "polite" });
  const buttons = MODES.map(([mode, label]) => {
    const button = make("button", { type: "button", "data-mode": mode }, label);
    button.addEventListener("click", () => {
      if (mode === "swap" && root.dataset["mode"] === "swap") swap();
      else show(mode);
    });
    return button;
  });
  const hint = make("span", { class: "compare-hint quiet small hide-on-phone" });
  hint.append(make("kbd", {}, "C"), " 换方式　", make("kbd", {}, "B"), " 前后切换");
  bar.append(...buttons, hint, said);
  root.prepend(bar);
  stage.append(make("span", { class: "compare-line", "aria-hidden": "true" }), range);

  function show(mode: Mode): void {
    root.dataset["mode"] = mode;
    root.dataset["shown"] = "after";
    for (const button of buttons) {
      button.setAttribute("aria-pressed", String(button.dataset["mode"] === mode));
    }
  }

  function swap(): void {
    const shown = root.dataset["shown"] === "after" ? "before" : "after";
    root.dataset["shown"] = shown;
    said.textContent = shown === "after" ? "整改后" : "整改前";
  }

  function press(event: KeyboardEvent): void {
    if (isTyping(event) || !isNearest(root)) return;
    const key = event.key.toLowerCase();
    if (key === "c") {
      const at = MODES.findIndex(([mode]) => mode === root.dataset["mode"]);
      show(MODES[(at + 1) % MODES.length]?.[0] ?? "side");
    } else if (key === "b") {
      if (root.dataset["mode"] !== "swap") show("swap");
      swap();
    } else return;
    event.preventDefault();
  }

  range.addEventListener("input", () => {
    stage.style.setProperty("--reveal", `${range.value}%`);
  });
  // In 切换 a click on the picture shows the other one; in the other modes it opens large.
  stage.addEventListener(
    "click",
    (event) => {
      if (root.dataset["mode"] !== "swap") return;
      event.preventDefault();
      event.stopPropagation();
      swap();
    },
    true,
  );
  document.addEventListener("keydown", press);
  show("side");
}

/** Among several figures on a page the keys belong to the one nearest to the middle of the screen. */
function isNearest(root: HTMLElement): boolean {
  const middle = window.innerHeight / 2;
  const away = (element: HTMLElement): number => {
    const box = element.getBoundingClientRect();
    return Math.abs((box.top + box.bottom) / 2 - middle);
  };
  const figures = all(document, ".compare[data-mode]", HTMLElement);
  return figures.every((other) => away(root) <= away(other));
}
