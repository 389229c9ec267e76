// What stands in a field from the last time is said again beside the button that sends it.
export default function remembered(root: HTMLElement): void {
  const field = document.getElementById(root.dataset["for"] ?? "");
  const said = root.querySelector("q");
  if (!(field instanceof HTMLTextAreaElement) || !said) throw new Error("remembered needs data-for and a q");
  const say = (): void => {
    said.textContent = field.value;
    root.hidden = field.value !== field.defaultValue; // changed by hand: it has been looked at
  };
  field.addEventListener("input", say);
  field.addEventListener("change", say);
  say();
}
