// Once place and kind are known, what was reported close by appears inside the form.
import { all, make } from "../dom.ts";

const PAUSE_MS = 300;
const ANSWERS: Readonly<Record<string, [field: string, words: string]>> = {
  same: ["same_as", "补充照片，不另报"],
  again: ["recurrence_of", "上报，关联原问题"],
};

export default function nearBy(root: HTMLElement): void {
  const form = root.closest("form");
  const href = root.dataset["href"];
  if (!form || !href) throw new Error("near-by belongs into a form and needs data-href");
  const send = form.querySelector<HTMLButtonElement>("button[name=do][value=report]");
  const plain = [...(send?.childNodes ?? [])];
  const hint = make("a", { href: "#near", class: "near-hint", hidden: "" }, "附近有同类问题，先看一看");
  form.querySelector(".actions-stuck")?.prepend(hint);
  let asked = "";
  let waiting = 0;
  let asking: AbortController | null = null;

  const value = (name: string): string =>
    form.querySelector<HTMLInputElement>(`input[name=${name}]`)?.value ?? "";
  const kind = (): string =>
    form.querySelector<HTMLInputElement>("input[name=category_id]:checked")?.value ?? "";
  const answers = (): HTMLInputElement[] => all(root, "input[name=near]", HTMLInputElement);

  /** What is on the page but was never on the screen has not been seen: the server asks then. */
  const seen = new IntersectionObserver((entries) => {
    if (!entries.some((entry) => entry.isIntersecting)) return;
    for (const one of all(root, "input[name=near_seen]", HTMLInputElement)) one.disabled = false;
    hint.hidden = true;
  });

  const hidden = (name: string): HTMLInputElement | null =>
    form.querySelector<HTMLInputElement>(`input[type=hidden][name=${name}]`);

  /** The answer as the form keeps it, also while nothing is shown: same:12, again:13. */
  function kept(): string {
    for (const [kind, [field]] of Object.entries(ANSWERS)) {
      const id = hidden(field)?.value;
      if (id) return `${kind}:${id}`;
    }
    return "";
  }

  function keep(answer: string): void {
    const [kind = "", id = ""] = answer.split(":");
    for (const [name, [field]] of Object.entries(ANSWERS)) {
      const input = hidden(field);
      if (input) input.value = name === kind ? id : "";
    }
  }

  /** The large button says what it will do. */
  function say(): void {
    const words = ANSWERS[kept().split(":")[0] ?? ""]?.[1];
    if (answers().some((one) => one.checked)) hint.hidden = true;
    send?.replaceChildren(...(words ? [words] : plain));
  }

  function put(fresh: Iterable<Node>): void {
    const before = answers().find((one) => one.checked)?.value ?? kept();
    const known = new Set(all(root, "input[name=near_seen]", HTMLInputElement).map((one) => one.value));
    root.replaceChildren(...fresh);
    const shown = all(root, "input[name=near_seen]", HTMLInputElement);
    const isNew = shown.some((one) => !known.has(one.value));
    const same = answers().find((one) => one.value === before);
    if (same && (kept() || !isNew)) same.checked = true; // 不是 says nothing of new ones
    if (!same) keep(""); // it lies elsewhere now
    seen.disconnect();
    for (const one of shown) one.disabled = true;
    if (shown.length > 0) seen.observe(root);
    hint.hidden = shown.length === 0 || !isNew;
    say();
  }

  async function ask(): Promise<void> {
    const wanted = new URLSearchParams({ lat: value("lat"), lng: value("lng"), category_id: kind() });
    if (wanted.toString() === asked) return;
    asked = wanted.toString();
    asking?.abort();
    if ([...wanted.values()].includes("")) return say();
    asking = new AbortController();
    try {
      const answer = await fetch(`${href}?${wanted}`, { credentials: "same-origin", signal: asking.signal });
      if (!answer.ok || answer.redirected) return; // signed out: the form itself says so
      put(new DOMParser().parseFromString(await answer.text(), "text/html").body.childNodes);
    } catch {
      asked = ""; // no network: asked again with the next change, and never in the way
    }
  }

  const soon = (): void => {
    window.clearTimeout(waiting);
    waiting = window.setTimeout(() => void ask(), PAUSE_MS);
  };
  form.addEventListener("change", (event) => {
    const changed = event.target;
    if (!(changed instanceof HTMLInputElement) || changed.name !== "near") return soon();
    keep(changed.value);
    say();
  });
  const places = new MutationObserver(soon); // a hidden field changes without an event
  for (const name of ["lat", "lng"]) {
    const field = form.querySelector(`input[name=${name}]`);
    if (field) places.observe(field, { attributes: true, attributeFilter: ["value"] });
  }
  if (answers().length > 0) {
    asked = new URLSearchParams({ lat: value("lat"), lng: value("lng"), category_id: kind() }).toString();
    say();
  } else soon();
}
