// What is different on an iPhone: the way to the home screen, and what its browser throws away.

const isApple = (): boolean =>
  /\biP(hone|ad|od)\b/.test(navigator.userAgent) ||
  (/\bMacintosh\b/.test(navigator.userAgent) && navigator.maxTouchPoints > 1); // an iPad says so

const isInstalled = (): boolean =>
  window.matchMedia("(display-mode: standalone)").matches ||
  (navigator as Navigator & { standalone?: boolean }).standalone === true;

/** How the site gets to the home screen where the browser offers no button; nothing elsewhere. */
export function toHomeScreen(): string {
  if (!isApple() || isInstalled()) return "";
  const share = "点“分享”，选“添加到主屏幕”";
  const way = /MicroMessenger/.test(navigator.userAgent)
    ? `苹果手机的微信里，没有网络时打不开页面。请点右上角“…”，用默认浏览器打开，再${share}。`
    : `想从主屏幕打开，也不怕数据被清掉：${share}。`;
  return `${way}从那里打开要重新登录；这里没有传完的照片不会带过去，请先传完。`;
}

/** What is said while something lies on a phone whose browser clears what was left for a week. */
export async function clearedAfterAWeek(): Promise<string> {
  if (!isApple() || isInstalled()) return "";
  if (await navigator.storage?.persisted?.().catch(() => false)) return "";
  return "苹果手机连续 7 天没有打开本站，会清掉没有传完的照片和草稿，请及时发送。";
}
