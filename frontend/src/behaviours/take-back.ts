// The bar of a verdict that can still be taken back: it counts down, and Z takes back.
import { isTyping, need, submitForm } from "../dom.ts";

export default function takeBack(root: HTMLElement): void {
  if (!(root instanceof HTMLFormElement)) throw new Error("take-back belongs on a form");
  const button = need(root, "button[type=submit]", HTMLButtonElement);
  const shown = need(root, "[data-take-back-left]", HTMLElement);
  const end = performance.now() + Number(root.dataset["left"] ?? "0") * 1000;
  const stop = new AbortController();

  const tick = window.setInterval(() => {
    const left = Math.ceil((end - performance.now()) / 1000);
    if (left <= 0 || !root.isConnected) return over();
    shown.textContent = String(left);
  }, 250);
  function over(): void {
    window.clearInterval(tick);
    stop.abort();
    button.remove();
    root.classList.add("is-over");
  }
  const press = (event: KeyboardEvent): void => {
    if (event.key.toLowerCase() !== "z" || isTyping(event) || !root.isConnected) return;
    event.preventDefault();
    submitForm(root, button);
  };
  document.addEventListener("keydown", press, { signal: stop.signal });
}
