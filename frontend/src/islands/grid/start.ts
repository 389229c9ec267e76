// Puts the grid in the place of the list.
export function start(room: HTMLElement): void {
  room.classList.add("is-live");
}
