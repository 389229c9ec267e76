// The address of what one sees, to the clipboard or to the phone's own way of sending.
const SHOWN_MS = 3000;

export default function copyLink(root: HTMLElement): void {
  const said = root.querySelector("[data-said]") ?? root;
  const usual = said.textContent ?? "";
  const title = root.dataset["share"];
  if (title !== undefined) {
    root.hidden = !("share" in navigator);
    root.addEventListener("click", () => {
      navigator.share({ title, url: here() }).catch(() => undefined); // putting it away is no failure
    });
    return;
  }

  root.addEventListener("click", () => {
    navigator.clipboard.writeText(here()).then(
      () => say("已复制，可粘贴给同事"),
      () => say("没有复制成功，请从地址栏复制"),
    );
  });

  function say(words: string): void {
    said.textContent = words;
    window.setTimeout(() => {
      said.textContent = usual;
    }, SHOWN_MS);
  }
}

/** The address without what is only this person's: an open form, a place in the pages. */
function here(): string {
  const address = new URL(window.location.href);
  for (const name of ["edit", "draft", "name", "after", "skip"]) address.searchParams.delete(name);
  return address.href;
}
