// Filters stand open where there is room for them.
export default function filterFold(root: HTMLElement): void {
  if (root instanceof HTMLDetailsElement && window.matchMedia("(min-width: 992px)").matches) {
    root.open = true;
  }
}
