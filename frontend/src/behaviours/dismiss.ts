// A message stays until the reader puts it away; nothing disappears by itself.
import { make } from "../dom.ts";

export default function dismiss(root: HTMLElement): void {
  const button = make("button", { type: "button", class: "btn btn-quiet small" }, "知道了");
  button.addEventListener("click", () => root.remove());
  root.append(button);
}
