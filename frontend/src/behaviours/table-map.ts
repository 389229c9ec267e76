// Fetches the map only where one is shown.
export default function tableMap(root: HTMLElement): void {
  import("../islands/map/map.ts").then(
    ({ show }) => show(root),
    () => {
      root.textContent = "地图没有打开，请检查网络后刷新；下面的列表照常可用。";
    },
  );
}
