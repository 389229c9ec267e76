// Today's list by distance: with the position if the phone gives it already, else by a button.
const PATIENCE_MS = 10_000;
const FRESH_MS = 120_000;
const WHY: Readonly<Record<number, string>> = {
  1: "手机没有允许定位，清单仍按到期日排列。",
  2: "暂时收不到定位信号，清单仍按到期日排列。",
  3: "定位太慢，已停止。可以再按一次。",
};

export default function walking(root: HTMLElement): void {
  const { href, part } = root.dataset;
  if (!(root instanceof HTMLButtonElement) || !href) throw new Error("walking is a button with data-href");
  const said = root.parentElement?.querySelector<HTMLElement>("[role=status]") ?? root;
  let touched = false; // nothing moves under a thumb that is on its way

  function locate(asked: boolean): void {
    if (!window.isSecureContext || !("geolocation" in navigator)) {
      said.textContent = asked ? "这个浏览器不能定位（需要 https 网址），清单仍按到期日排列。" : "";
      return;
    }
    if (asked) {
      root.setAttribute("aria-busy", "true");
      said.textContent = "正在定位…";
    }
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => void arrive(`${coords.latitude.toFixed(4)},${coords.longitude.toFixed(4)}`, asked),
      (error) => {
        root.removeAttribute("aria-busy");
        if (asked) said.textContent = WHY[error.code] ?? "";
      },
      { enableHighAccuracy: asked, timeout: PATIENCE_MS, maximumAge: FRESH_MS },
    );
  }

  /** The sorted list takes the place of this one; the address, and with it the history, stays. */
  async function arrive(at: string, asked: boolean): Promise<void> {
    const target = `${href}?at=${at}`;
    const old = part ? document.getElementById(part) : null;
    if (!old) return window.location.replace(target);
    try {
      const answer = await fetch(target, { credentials: "same-origin", cache: "no-store" });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = part ? page.getElementById(part) : null;
      root.removeAttribute("aria-busy");
      if (!answer.ok || !fresh) throw new Error("no list");
      if (!asked && (touched || window.scrollY > 0)) return;
      const put = document.importNode(fresh, true);
      old.replaceWith(put);
      put.dispatchEvent(new CustomEvent("content-added", { bubbles: true }));
      if (!asked) return;
      put.tabIndex = -1;
      put.focus({ preventScroll: true });
    } catch {
      root.removeAttribute("aria-busy");
      if (asked) said.textContent = "网络不通，清单仍按到期日排列。请稍后再按。";
    }
  }

  root.addEventListener("click", () => locate(true));
  if (!part) return;
  document.addEventListener("pointerdown", () => (touched = true), { once: true, passive: true });
  document.addEventListener("keydown", () => (touched = true), { once: true });
  navigator.permissions?.query({ name: "geolocation" }).then(
    (permission) => {
      if (permission.state === "granted") locate(false);
    },
    () => undefined, // an older browser: the button is there
  );
}
