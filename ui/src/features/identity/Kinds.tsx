/** The kinds of identifiers of a draft, the strongest first, each with its rules in words. */
import { useState } from "react";

import { Button, Panel, Table, useWords } from "../../kit";
import { KindDrawer } from "./KindDrawer";
import { type Kind, type Level, LEVELS, moved, ofLevel, type Rules, USUAL, withKind, withoutKind } from "./model";
import { sentences, useKindNames } from "./words";

interface KindsProps {
  rules: Rules;
  onChange: (rules: Rules) => void;
}

export function Kinds({ rules, onChange }: KindsProps) {
  const t = useWords();
  const [edited, edit] = useState<Kind | null>(null);
  return (
    <>
      {LEVELS.map((level) => (
        <Panel
          key={level} title={t(`identity.levels_many.${level}`)}
          extra={<Button icon="add" isSmall onClick={() => edit({ ...USUAL, level })}>{t("identity.add")}</Button>}
        >
          <p className="k-soft">{t(`identity.says.${level}`)}</p>
          <OfLevel level={level} rules={rules} onChange={onChange} onEdit={edit} />
        </Panel>
      ))}
      {edited && (
        <KindDrawer
          kind={edited} taken={rules.kinds.filter((one) => one.name !== edited.name).map((one) => one.name)} onClose={() => edit(null)}
          onSave={(kind) => {
            onChange(withKind(rules, edited.name, kind));
            edit(null);
          }}
          onRemove={edited.name ? () => {
            onChange(withoutKind(rules, edited.name));
            edit(null);
          } : undefined}
        />
      )}
    </>
  );
}

function OfLevel({ level, rules, onChange, onEdit }: KindsProps & { level: Level; onEdit: (kind: Kind) => void }) {
  const t = useWords();
  const nameOf = useKindNames();
  const kinds = ofLevel(rules, level);
  return (
    <Table
      label={t(`identity.levels_many.${level}`)} items={kinds} keyOf={(one) => one.name} empty={t("identity.no_kinds")}
      columns={[
        {
          key: "order", title: t("identity.strength"), width: 84, show: (one) => (
            <span className="k-row k-nowrap">
              <Button kind="quiet" icon="up" isSmall label={t("identity.stronger", { kind: nameOf(one.name) })} isDisabled={one === kinds[0]} onClick={() => onChange(moved(rules, one.name, -1))} />
              <Button kind="quiet" icon="down" isSmall label={t("identity.weaker", { kind: nameOf(one.name) })} isDisabled={one === kinds.at(-1)} onClick={() => onChange(moved(rules, one.name, 1))} />
            </span>
          ),
        },
        { key: "name", title: t("identity.kind"), width: 190, show: (one) => <><b>{nameOf(one.name)}</b>{nameOf(one.name) !== one.name && <div className="k-hint">{one.name}</div>}</> },
        { key: "says", title: t("identity.rule"), show: (one) => sentences(one, t).slice(1).join(" ") || "—" },
        { key: "edit", title: "", width: 110, show: (one) => <Button isSmall label={t("identity.edit_kind", { kind: nameOf(one.name) })} onClick={() => onEdit(one)}>{t("identity.edit")}</Button> },
      ]}
    />
  );
}
