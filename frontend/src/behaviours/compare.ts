// Before and after of one place; the ways to compare them are fetched where there is such a pair.
export default function compare(root: HTMLElement): void {
  import("../islands/desk/compare.ts")
    .then(({ compareIn }) => compareIn(root))
    .catch(() => undefined); // the two pictures stay side by side
}
