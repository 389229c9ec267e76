// The table's page: where there is room the grid takes the list's place; phones keep the list.
import "../../styles/_grid.scss";

const room = document.querySelector<HTMLElement>("#grid[data-grid]");
if (room && window.matchMedia("(min-width: 768px)").matches) {
  import("./start.ts").then(
    (grid) => grid.start(room),
    () => room.classList.add("is-plain"), // the list is there for this
  );
}
