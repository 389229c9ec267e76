// Rows of a form change places under arrows or the mouse; the form sends them in their new order.
import { all, need } from "../dom.ts";

export default function rowOrder(form: HTMLElement): void {
  const rows = need(form, "[data-rows]", HTMLElement);
  const said = form.querySelector<HTMLElement>("[data-moved]");
  let dragged: HTMLElement | null = null;

  function tell(row: HTMLElement): void {
    const place = all(rows, "[data-row]", HTMLElement).indexOf(row) + 1;
    if (said) said.textContent = `“${row.dataset["row"] ?? ""}”移到第 ${place} 位，保存后生效。`;
    form.classList.add("is-changed");
  }

  function step(row: HTMLElement, up: boolean): void {
    const other = up ? row.previousElementSibling : row.nextElementSibling;
    if (!other) return;
    if (up) other.before(row);
    else other.after(row);
    tell(row);
  }

  form.addEventListener("click", (event) => {
    const pressed = event.target instanceof Element ? event.target.closest("button") : null;
    const row = pressed?.closest<HTMLElement>("[data-row]");
    if (!pressed || !row || !rows.contains(row) || !/(^|-)(up|down)$/.test(pressed.name)) return;
    event.preventDefault(); // without a script the arrow saves at once
    step(row, pressed.name.endsWith("up"));
    pressed.focus();
  });

  rows.addEventListener("dragstart", (event) => {
    const grip = event.target instanceof Element ? event.target.closest(".grip") : null;
    dragged = grip?.closest<HTMLElement>("[data-row]") ?? null;
    dragged?.classList.add("is-dragged");
    if (dragged && event.dataTransfer) {
      event.dataTransfer.effectAllowed = "move";
      event.dataTransfer.setData("text/plain", dragged.dataset["row"] ?? "");
      event.dataTransfer.setDragImage(dragged, 0, 0);
    }
  });
  rows.addEventListener("dragover", (event) => {
    const over = event.target instanceof Element ? event.target.closest("[data-row]") : null;
    if (!dragged || !over || over.parentElement !== rows) return;
    event.preventDefault();
    const box = over.getBoundingClientRect();
    if (event.clientY < box.top + box.height / 2) over.before(dragged);
    else over.after(dragged);
  });
  rows.addEventListener("drop", (event) => event.preventDefault());
  rows.addEventListener("dragend", () => {
    dragged?.classList.remove("is-dragged");
    if (dragged) tell(dragged);
    dragged = null;
  });
}
