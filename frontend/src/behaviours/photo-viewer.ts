// A click on a photo opens it large, with its neighbours; arrows move, Escape closes.
import { all, make } from "../dom.ts";

type Slide = { src: string; msrc: string; width: number; height: number; alt: string; caption: string; mask: string };

const CAPTION = 48; // pixels under the picture: its stamp and QR code stay free

/** Sizes come from the template, else from the picture as it stands on the page. */
function slide(link: HTMLAnchorElement): Slide {
  const image = link.querySelector("img");
  const given = [link.dataset["pswpWidth"], link.dataset["pswpHeight"]].map(Number);
  const [width, height] = given.every((value) => value > 0)
    ? given
    : [1600, (1600 * (image?.naturalHeight || 3)) / (image?.naturalWidth || 4)];
  return {
    src: link.href,
    msrc: image?.currentSrc ?? "",
    width: width ?? 1600,
    height: height ?? 1200,
    alt: image?.alt ?? "",
    caption: link.dataset["caption"] ?? "",
    mask: link.dataset["mask"] ?? "",
  };
}

async function open(links: readonly HTMLAnchorElement[], index: number): Promise<void> {
  const { default: PhotoSwipe } = await import("../islands/viewer/viewer.ts");
  const viewer = new PhotoSwipe({
    dataSource: links.map(slide),
    index,
    bgOpacity: 0.94,
    showHideAnimationType: "none",
    padding: { top: 0, right: 0, bottom: CAPTION, left: 0 },
    closeTitle: "关闭（Esc）",
    zoomTitle: "放大",
    arrowPrevTitle: "上一张（←）",
    arrowNextTitle: "下一张（→）",
    indexIndicatorSep: " / ",
    errorMsg: "照片没有打开，请检查网络后再试。",
  });
  viewer.on("uiRegister", () => {
    viewer.ui?.registerElement({
      name: "caption",
      order: 9,
      isButton: false,
      appendTo: "root",
      onInit: (element) => {
        viewer.on("change", () => {
          element.textContent = String(viewer.currSlide?.data["caption"] ?? "");
          const href = String(viewer.currSlide?.data["mask"] ?? "");
          if (href) element.append(" · ", make("a", { href }, "遮挡"));
        });
      },
    });
  });
  viewer.init();
}

export default function photoViewer(root: HTMLElement): void {
  root.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
    const link = event.target instanceof Element ? event.target.closest("a[data-photo]") : null;
    if (!(link instanceof HTMLAnchorElement)) return;
    event.preventDefault();
    const links = all(root, "a[data-photo]", HTMLAnchorElement);
    open(links, links.indexOf(link)).catch(() => window.location.assign(link.href));
  });
}
