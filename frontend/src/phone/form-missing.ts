// A reminder while there is no server to ask: what is gathered on the spot cannot be gathered later.

/** What plainly is not there yet, by field; the server alone decides what a form needs. */
export function missing(form: HTMLFormElement, photos: number): Record<string, string[]> {
  const found: Record<string, string[]> = {};
  const kept = [...form.querySelectorAll("[data-kept]")].filter(
    (one) => !one.querySelector<HTMLInputElement>("input[name=drop_ids]")?.checked,
  );
  if (photos + kept.length === 0) found["photos"] = ["还没有照片，离开现场就补不了了。"];
  if (isEmpty(form, "lat") && isEmpty(form, "no_position_reason")) {
    found["position"] = ["还没有定位，也没有选择没有定位的原因。"];
  }
  const kinds = form.querySelectorAll("input[name=category_id]");
  if (kinds.length && !form.querySelector("input[name=category_id]:checked")) {
    found["category_id"] = ["还没有选择。"];
  }
  for (const control of form.querySelectorAll<HTMLInputElement>("textarea[required], input[required]")) {
    const asked = control.type !== "radio" && control.offsetParent !== null;
    if (asked && control.value.trim() === "") found[control.name] = ["还没有填写。"];
  }
  return found;
}

function isEmpty(form: HTMLFormElement, name: string): boolean {
  const control = form.elements.namedItem(name);
  return control !== null && "value" in control && !control.value;
}
