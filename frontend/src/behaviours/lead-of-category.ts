// The section that leads follows the kind, as long as nobody chose another: its line says which.
export default function leadOfCategory(root: HTMLElement): void {
  const kind = root.querySelector<HTMLSelectElement>("select[name$=category_id]");
  const lead = root.querySelector<HTMLSelectElement>("select[name$=lead_section_id]");
  const follows = lead?.querySelector<HTMLOptionElement>('option[value=""]');
  if (!kind || !lead || !follows) return;

  kind.addEventListener("change", () => {
    const leads = kind.selectedOptions[0]?.dataset["lead"] ?? "-";
    const named = lead.querySelector<HTMLOptionElement>(`option[value="${CSS.escape(leads)}"]`);
    follows.textContent = `按类别：${named?.textContent ?? "请选择"}`;
    lead.value = "";
  });
}
