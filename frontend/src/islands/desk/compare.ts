// Before and after of one place: side by side, a slider, or one in place of the other.
import { all, isTyping, make, need } from "../../dom.ts";

const MODES = [
  ["side", "并排"],
  ["slider", "滑块"],
  ["swap", "切换"],
] as const;
type Mode = (typeof MODES)[number][0];

const HELD_MS = 400; // a key that is held longer than this blinks
const BLINK_MS = 250; // two flashes a second: fewer than the three that can harm
const SLIDE = 4; // per cent a press

/** Whether a photo is open large over the page. */
export const isViewing = (): boolean => document.querySelector(".pswp") !== null;

export function compareIn(root: HTMLElement): void {
  const stage = need(root, ".compare-stage", HTMLElement);
  const still = window.matchMedia("(prefers-reduced-motion: reduce)");
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
  const blink = make("button", { type: "button", class: "compare-blink", "aria-pressed": "false" }, "自动闪烁");
  const large = make("button", { type: "button", class: "compare-large hide-on-phone" }, "大图");
  const hint = make("span", { class: "compare-hint quiet small hide-on-phone" });
  hint.append(make("kbd", {}, "C"), " 换方式　", make("kbd", {}, "B"), " 前后切换，按住闪烁　", make("kbd", {}, "F"), " 大图");
  bar.append(...buttons, blink, large, hint, said);
  root.prepend(bar);
  stage.append(make("span", { class: "compare-line", "aria-hidden": "true" }), range);

  let blinking = 0;
  let holding = 0;
  const stop = new AbortController();

  function show(mode: Mode): void {
    root.dataset["mode"] = mode;
    root.dataset["shown"] = "after";
    if (mode !== "swap") rest();
    for (const button of buttons) {
      button.setAttribute("aria-pressed", String(button.dataset["mode"] === mode));
    }
  }

  function swap(quietly = false): void {
    const shown = root.dataset["shown"] === "after" ? "before" : "after";
    root.dataset["shown"] = shown;
    if (!quietly) said.textContent = shown === "after" ? "整改后" : "整改前";
  }

  function start(): void {
    if (still.matches || blinking) return;
    blinking = window.setInterval(() => (root.isConnected ? swap(true) : rest()), BLINK_MS);
  }

  function rest(): void {
    window.clearInterval(blinking);
    blinking = 0;
    blink.setAttribute("aria-pressed", "false");
  }

  function open(): void {
    const side = root.dataset["shown"] === "before" ? ".compare-before" : ".compare-after";
    const link = stage.querySelector(`${side} a[data-photo]`) ?? stage.querySelector("a[data-photo]");
    if (link instanceof HTMLElement) link.dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true, detail: 1 }));
  }

  function press(event: KeyboardEvent): void {
    if (!root.isConnected) return stop.abort();
    if (isTyping(event) || isViewing() || !isNearest(root)) return;
    const key = event.key.toLowerCase();
    if (key === "c") {
      const at = MODES.findIndex(([mode]) => mode === root.dataset["mode"]);
      show(MODES[(at + 1) % MODES.length]?.[0] ?? "side");
    } else if (key === "b") {
      if (!event.repeat) {
        if (root.dataset["mode"] !== "swap") show("swap");
        rest();
        swap();
        holding = window.setTimeout(start, HELD_MS);
      }
    } else if (key === "f") open();
    else if (root.dataset["mode"] === "slider" && (key === "arrowleft" || key === "arrowright")) {
      if (event.target === range) return; // it moves by itself
      range.value = String(Number(range.value) + (key === "arrowleft" ? -SLIDE : SLIDE));
      reveal();
    } else return;
    event.preventDefault();
  }

  const reveal = (): void => stage.style.setProperty("--reveal", `${range.value}%`);
  range.addEventListener("input", reveal);
  blink.hidden = still.matches;
  blink.addEventListener("click", () => {
    if (blinking) return rest();
    show("swap");
    start();
    blink.setAttribute("aria-pressed", "true");
  });
  large.addEventListener("click", open);
  // In 切换 a click on the picture shows the other one; in the other modes it opens large.
  stage.addEventListener(
    "click",
    (event) => {
      if (root.dataset["mode"] !== "swap" || !event.isTrusted) return;
      event.preventDefault();
      event.stopPropagation();
      rest();
      swap();
    },
    true,
  );
  const listen = { signal: stop.signal };
  document.addEventListener("keydown", press, listen);
  const release = (): void => {
    window.clearTimeout(holding);
    if (blinking && blink.getAttribute("aria-pressed") !== "true") rest();
  };
  document.addEventListener("keyup", (event) => event.key.toLowerCase() === "b" && release(), listen);
  window.addEventListener("blur", release, listen);
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
