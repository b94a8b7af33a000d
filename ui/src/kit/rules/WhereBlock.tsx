/** Conditions on one thing: all or any of them, nested, each maybe negated. */
import type { ReactNode } from "react";

import { Icon } from "../icons";
import { useWords } from "../words";
import { Drop, Word } from "./bits";
import type { Where } from "./model";
import type { Thing } from "./paths";
import { FieldPicker, useFields } from "./Picker";
import { itemOf, keyOf } from "./paths";
import { TestEdit } from "./TestEdit";
import { startOf } from "./verbs";

interface BlockProps {
  label: string;
  where: Where | null;
  thing: Thing;
  /** Whether no condition may move with time. */
  isStill?: boolean;
  /** Whether there has to be one. */
  isNeeded?: boolean;
  /** What the button says that adds the first one. */
  offer?: string;
  onChange: (where: Where | null) => void;
}

const NEW: Where = { is: "field", path: [], test: { is: "text", op: "equals", values: [] } };

export function WhereBlock(props: BlockProps) {
  const { label, where, thing, isStill = false, isNeeded = false, offer, onChange } = props;
  const t = useWords();
  if (!where) return <AddButton onClick={() => onChange(NEW)}>{offer ?? t("rules.add_where")}</AddButton>;
  return (
    <span className="r-where" role="group" aria-label={label}>
      <Word>{t("rules.where")}</Word>
      <Part where={where} thing={thing} isStill={isStill} onChange={onChange} isKept={isNeeded} depth={0} />
    </span>
  );
}

function AddButton({ onClick, children }: { onClick: () => void; children: string }) {
  return (
    <button type="button" className="r-add" onClick={onClick}>
      <Icon name="add" /> {children}
    </button>
  );
}

interface PartProps {
  where: Where;
  thing: Thing;
  isStill: boolean;
  isKept: boolean;
  depth: number;
  onChange: (where: Where | null) => void;
}

/** One condition, or a list of them. */
function Part(props: PartProps) {
  const { where, thing, isStill, isKept, depth, onChange } = props;
  const t = useWords();
  const isNegated = where.is === "not_of";
  const inner = isNegated ? where.condition : where;
  const put = (next: Where | null) => onChange(next && isNegated ? { is: "not_of", condition: next } : next);
  const negate = () => onChange(isNegated ? inner : { is: "not_of", condition: where });
  if (inner.is === "not_of") return <Line {...props} isNegated={isNegated} negate={negate}><Part {...props} where={inner} onChange={put} depth={depth + 1} /></Line>;
  if (inner.is === "field") {
    return (
      <span className="r-conditions">
        <Line {...props} isNegated={isNegated} negate={negate}>
          <FieldLine field={inner} thing={thing} isStill={isStill} onChange={put} />
        </Line>
        {depth === 0 && <AddButton onClick={() => onChange({ is: "all_of", conditions: [where, NEW] })}>{t("rules.and_condition")}</AddButton>}
      </span>
    );
  }
  const putAt = (index: number, next: Where | null) => {
    const conditions = next ? inner.conditions.with(index, next) : inner.conditions.toSpliced(index, 1);
    if (conditions.length === 0) return onChange(null);
    put(conditions.length === 1 && !next ? (conditions[0] ?? null) : { ...inner, conditions });
  };
  return (
    <Line {...props} isNegated={isNegated} negate={negate} isKept={isKept || depth === 0}>
      <span className="r-conditions">
        <Drop
          label={t("rules.joined")} value={inner.is} options={(["all_of", "any_of"] as const).map((one) => ({ value: one, label: t(`rules.joins.${one}`) }))}
          onChange={(is) => put({ ...inner, is })}
        />
        {inner.conditions.map((one, index) => (
          // A condition has nothing of its own but its place.
          // oxlint-disable-next-line react/no-array-index-key
          <Part key={index} where={one} thing={thing} isStill={isStill} isKept={false} depth={depth + 1} onChange={(next) => putAt(index, next)} />
        ))}
        <span className="r-row">
          <AddButton onClick={() => put({ ...inner, conditions: [...inner.conditions, NEW] })}>{t("rules.condition")}</AddButton>
          {depth < 6 && <AddButton onClick={() => put({ ...inner, conditions: [...inner.conditions, { is: inner.is === "all_of" ? "any_of" : "all_of", conditions: [NEW] }] })}>{t("rules.conditions")}</AddButton>}
        </span>
      </span>
    </Line>
  );
}

function Line({ isNegated, negate, isKept, onChange, children }: PartProps & { isNegated: boolean; negate: () => void; children: ReactNode }) {
  const t = useWords();
  return (
    <span className="r-line">
      <NotToggle isOn={isNegated} onChange={negate} />
      {children}
      {!isKept && (
        <button type="button" className="k-tool" aria-label={t("rules.drop_condition")} title={t("rules.drop_condition")} onClick={() => onChange(null)}>
          <Icon name="close" />
        </button>
      )}
    </span>
  );
}

/** The word «not», pressed or not. */
export function NotToggle({ isOn, onChange, label }: { isOn: boolean; onChange: () => void; label?: string }) {
  const t = useWords();
  return (
    <button type="button" className="r-not" aria-pressed={isOn} aria-label={label} title={t("rules.not_hint")} onClick={onChange}>
      {t("rules.not")}
    </button>
  );
}

function FieldLine({ field, thing, isStill, onChange }: { field: Where & { is: "field" }; thing: Thing; isStill: boolean; onChange: (where: Where) => void }) {
  const t = useWords();
  const term = useFields(thing).find((one) => one.key === keyOf(field.path))?.term;
  const choose = (path: string[], type: string) => onChange({ ...field, path, test: keeps(field, type) ? field.test : startOf(type) });
  return (
    <>
      <FieldPicker label={t("rules.field")} thing={thing} path={field.path} onChange={choose} />
      <TestEdit test={field.test} type={term?.type ?? ""} seen={term?.examples ?? []} isStill={isStill} item={itemOf(thing, field.path)} onChange={(test) => onChange({ ...field, test })} />
    </>
  );
}

/** Whether the test may stay when another field is chosen: one that somebody has filled in, for a type nobody knows. */
function keeps(field: Where & { is: "field" }, type: string): boolean {
  return type === "" || (field.test.is === type && "values" in field.test && field.test.values.length > 0);
}
