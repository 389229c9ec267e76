// Fetches the map of a walk only where one is shown.
export default function walkMap(root: HTMLElement): void {
  import("../islands/route/route.ts").then(
    ({ show }) => show(root),
    () => {
      root.textContent = "地图没有打开，请检查网络后刷新；下面的列表照常可用。";
    },
  );
}
