/** What holds for people as a whole: vetoes and sizes. */
import { Checkbox, NumberField, Panel, useWords } from "../../kit";
import { type Rules, VETOES } from "./model";

export function Whole({ rules, onChange }: { rules: Rules; onChange: (rules: Rules) => void }) {
  const t = useWords();
  const toggle = (veto: string, isOn: boolean) =>
    // In the order of the product: the first that speaks is the reason that is recorded.
    onChange({ ...rules, vetoes: VETOES.filter((one) => (one === veto ? isOn : rules.vetoes.includes(one))) });
  return (
    <div className="k-grid-2 k-apart">
      <Panel title={t("identity.vetoes_title")}>
        <div className="k-stack">
          <p className="k-soft">{t("identity.vetoes_text")}</p>
          {VETOES.map((veto) => (
            <Checkbox key={veto} label={t(`identity.vetoes.${veto}`)} hint={t(`identity.vetoes_hint.${veto}`)} value={rules.vetoes.includes(veto)} onChange={(isOn) => toggle(veto, isOn)} />
          ))}
        </div>
      </Panel>
      <Panel title={t("identity.sizes_title")}>
        <div className="k-stack">
          <NumberField label={t("identity.fields.largest_merge")} hint={t("identity.sizes.largest_merge")} least={1} most={100_000} value={rules.largest_merge} onChange={(value) => onChange({ ...rules, largest_merge: Math.floor(value ?? 1) })} />
          <NumberField label={t("identity.fields.most_atoms")} hint={t("identity.sizes.most_atoms")} least={1} most={100_000} value={rules.most_atoms} onChange={(value) => onChange({ ...rules, most_atoms: Math.floor(value ?? 1) })} />
          <p className="k-soft">{t("identity.switching")}</p>
        </div>
      </Panel>
    </div>
  );
}
