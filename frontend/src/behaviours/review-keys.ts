// A desk worked through with the keyboard; what belongs to it is fetched where there is a desk.
export default function reviewKeys(root: HTMLElement, attach: (root: ParentNode) => void): void {
  import("../islands/desk/desk.ts")
    .then(({ sitDown }) => sitDown(root, attach))
    .catch(() => undefined); // buttons and links work as they are
}
