// A select of named colours shows the chosen one beside its name.
export default function swatch(select: HTMLElement): void {
  if (!(select instanceof HTMLSelectElement)) throw new Error("swatch wants a select");
  const show = (): void => {
    select.dataset["colour"] = select.value;
  };
  select.addEventListener("change", show);
  show();
}
