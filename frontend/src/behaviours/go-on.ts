// What one waited for is done: go to where it leads, as its link does.
export default function goOn(root: HTMLElement): void {
  const href = root.dataset["href"];
  if (!href) throw new Error("go-on needs data-href");
  window.location.replace(href);
}
