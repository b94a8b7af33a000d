/** Rights by section, as ticks or as marks; whoever gives a right holds it. */
import { useQuery } from "@tanstack/react-query";

import type { Right } from "../../api/queries";
import { Checkbox, Failure, said, useMay, useWords, Waiting } from "../../kit";
import { type RightSection, rights } from "./api";

interface RightsTableProps {
  chosen: readonly string[];
  /** Without it they are shown alone. */
  onChange?: (chosen: Right[]) => void;
}

const KINDS = ["read", "write"] as const;

export function RightsTable({ chosen, onChange }: RightsTableProps) {
  const t = useWords();
  const { data, error, refetch } = useQuery(rights);
  if (error && !data) return <Failure error={error} onRetry={() => void refetch()} />;
  if (!data) return <Waiting />;
  return (
    <div className="k-scroll">
      <table className="k-table k-rights" aria-label={t("users.rights.table")}>
        <thead>
          <tr>
            <th scope="col">{t("users.rights.section")}</th>
            {KINDS.map((kind) => <th key={kind} scope="col">{t(`users.rights.${kind}`)}</th>)}
          </tr>
        </thead>
        <tbody>
          {data.map((section) => (
            <tr key={section.name}>
              <th scope="row"><Whole section={section} chosen={chosen} onChange={onChange} /></th>
              {KINDS.map((kind) => (
                <td key={kind}><Rights section={section} kind={kind} chosen={chosen} onChange={onChange} /></td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** All rights of a section at once. */
function Whole({ section, chosen, onChange }: RightsTableProps & { section: RightSection }) {
  const may = useMay();
  const own = section.rights.map((one) => one.right);
  const held = own.filter((one) => chosen.includes(one));
  if (!onChange) return said(section);
  const set = (isOn: boolean) => onChange(merged(chosen, own.filter((one) => may(one) || chosen.includes(one)), isOn));
  return (
    <Checkbox label={said(section)} value={held.length === own.length} isPartly={held.length > 0 && held.length < own.length} isDisabled={!own.some(may)} onChange={set} />
  );
}

function Rights({ section, kind, chosen, onChange }: RightsTableProps & { section: RightSection; kind: "read" | "write" }) {
  const t = useWords();
  const may = useMay();
  const those = section.rights.filter((one) => one.access === kind);
  return (
    <ul className="k-ticks">
      {those.map((one) => (
        <li key={one.right} className={!onChange && !chosen.includes(one.right) ? "k-faint k-struck" : undefined}>
          {onChange ? (
            <Checkbox
              label={said(one)} value={chosen.includes(one.right)} isDisabled={!may(one.right)} hint={may(one.right) ? undefined : t("users.rights.not_yours")}
              onChange={(isOn) => onChange(merged(chosen, [one.right], isOn))}
            />
          ) : (
            <>
              <span aria-hidden="true">{chosen.includes(one.right) ? "✓" : "–"}</span> {said(one)}
              {!chosen.includes(one.right) && <span className="k-unseen">{t("users.rights.no")}</span>}
            </>
          )}
        </li>
      ))}
    </ul>
  );
}

function merged(chosen: readonly string[], some: readonly string[], isOn: boolean): Right[] {
  const others = chosen.filter((one) => !some.includes(one));
  return (isOn ? [...others, ...some] : others) as Right[];
}
