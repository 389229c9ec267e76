// Rectangles drawn over a photo; the drawing itself is fetched only where it is wanted.
export default function maskDrawing(root: HTMLElement): void {
  import("../islands/mask/mask.ts")
    .then(({ draw }) => draw(root))
    .catch(() => undefined); // the fields for numbers stay as they are
}
