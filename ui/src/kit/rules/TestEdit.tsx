/** What is asked of a value: a verb, and what belongs to it. */
import type { ReactNode } from "react";

import { Button, Checkbox } from "../controls";
import { useWords } from "../words";
import { Amount, Currency, Day, Decimals, type Choices, Drop, Operator, Texts, Whole, Word, Zone } from "./bits";
import type { Leap, Op, Test } from "./model";
import { decimalOf } from "./numbers";
import { OBJECT, type Thing } from "./paths";
import { CalendarEdit, SpanEdit, WindowEdit } from "./Spans";
import { offeredVerbs, OPS, type Sort, testOf, verbOf, withOp } from "./verbs";
import { WhereBlock } from "./WhereBlock";

export interface TestProps {
  test: Test;
  onChange: (test: Test) => void;
  /** Type of the values, as the vocabulary has it. */
  type?: string;
  /** Values that were seen. */
  seen?: string[];
  /** Sorts to choose from, where not all fit. */
  only?: Sort[];
  isStill?: boolean;
  /** What the items are of a list that is asked for one of them. */
  item?: Thing;
}

export function TestEdit(props: TestProps) {
  const { test, onChange, type = "", only, isStill = false } = props;
  const t = useWords();
  const offered = offeredVerbs(type, only ?? null, isStill);
  const groups: Choices[] = offered.map(({ sort, verbs }) => ({
    label: t(`rules.sorts.${sort}`), options: verbs.map((verb) => ({ value: verb, label: t(`rules.verbs.${verb}`) })),
  }));
  const verb = verbOf(test);
  const options = groups.length === 1 ? (groups[0]?.options ?? []) : groups;
  return (
    <>
      <Drop label={t("rules.verb")} value={verb} options={withOwn(options, verb, t(`rules.verbs.${verb}`))} onChange={(next) => onChange(testOf(next, test))} isSearched={groups.length > 1} />
      <Values {...props} />
    </>
  );
}

/** The verb of a rule that came from elsewhere stays to be seen, also where it is not offered. */
function withOwn(options: Choices[] | Choices["options"], verb: string, label: string): Choices[] | Choices["options"] {
  const flat = options.flatMap((one) => ("options" in one ? one.options : [one]));
  if (flat.some((one) => one.value === verb)) return options;
  const own = { value: verb, label };
  return options.length && "options" in (options[0] ?? {}) ? [...(options as Choices[]), { label: "…", options: [own] }] : [...(options as Choices["options"]), own];
}

function Values(props: TestProps) {
  const { test, onChange, seen = [] } = props;
  const t = useWords();
  const value = t("rules.value");
  switch (test.is) {
    case "text":
      return (
        <>
          <Texts label={value} values={test.values} seen={seen} onChange={(values) => onChange({ ...test, values })} />
          <Exact isOn={test.exact ?? false} onChange={(exact) => onChange(withExact(test, exact))} />
        </>
      );
    case "list_has":
      return (
        <>
          <Texts label={value} values={test.values} seen={seen} onChange={(values) => onChange({ ...test, values })} />
          <Exact isOn={test.exact ?? false} onChange={(exact) => onChange(withExact(test, exact))} />
        </>
      );
    case "number":
      if (test.op === "equals" || test.op === "differs") return <Texts label={value} values={test.values.map(String)} seen={seen} read={decimalOf} onChange={(values) => onChange({ ...test, values })} />;
      return <Several op={test.op} values={test.values} onChange={(values) => onChange({ ...test, values })} one={(label, each, put) => <Decimals label={label} value={each} onChange={put} />} />;
    case "money":
      return (
        <>
          <Several op={test.op} values={test.values} onChange={(values) => onChange({ ...test, values })} one={(label, each, put) => <Amount label={label} value={each} currency={test.currency} onChange={put} />} />
          <Currency value={test.currency} onChange={(currency) => onChange({ ...test, currency })} />
        </>
      );
    case "date":
      return <Several op={test.op} values={test.values} onChange={(values) => onChange({ ...test, values })} one={(label, each, put) => <Day label={label} value={each} onChange={put} />} />;
    case "date_in":
      return <CalendarEdit value={test.window} onChange={(window) => onChange({ ...test, window })} isPast={false} />;
    case "days_since":
    case "years_since":
      return (
        <>
          <Operator value={test.op} ops={OPS} onChange={(op) => onChange(withOp(test, op))} />
          <Several op={test.op} values={test.values} onChange={(values) => onChange({ ...test, values })} one={(label, each, put) => <Whole label={label} value={each} least={-200_000} onChange={put} />} />
          <ByClock test={test} onChange={onChange} />
        </>
      );
    case "anniversary":
      return (
        <>
          <Word>{t("rules.from_days")}</Word>
          <Whole label={t("rules.least_days")} value={test.least ?? 0} most={366} onChange={(least) => onChange({ ...test, least })} />
          <Word>{t("rules.to_days")}</Word>
          <Whole label={t("rules.most_days")} value={test.most} most={366} onChange={(most) => onChange({ ...test, most })} />
          <Word>{t("rules.days_ahead")}</Word>
          <ByClock test={test} onChange={onChange} />
        </>
      );
    case "time_in":
      return <WindowEdit value={test.window} onChange={(window) => onChange({ ...test, window })} of="test" />;
    case "time_ahead":
      return <Ahead test={test} onChange={onChange} />;
    case "item_has":
      return <WhereBlock label={t("rules.where_item")} where={test.where} thing={props.item ?? OBJECT} isStill={props.isStill} isNeeded onChange={(where) => where && onChange({ ...test, where })} />;
    default:
      return null;
  }
}

function Exact({ isOn, onChange }: { isOn: boolean; onChange: (isOn: boolean) => void }) {
  const t = useWords();
  return <span className="r-exact" title={t("rules.exact_hint")}><Checkbox label={t("rules.exact")} value={isOn} onChange={onChange} /></span>;
}

function withExact<Kept extends Test & { exact?: boolean }>(test: Kept, exact: boolean): Kept {
  const { exact: _, ...rest } = test;
  return (exact ? { ...rest, exact } : rest) as Kept;
}

interface SeveralProps<Value> {
  op: Op;
  values: Value[];
  onChange: (values: Value[]) => void;
  one: (label: string, value: Value, put: (value: Value) => void) => ReactNode;
}

/** The values of an operator: one, two with a dash, or any number of them. */
function Several<Value extends string | number>({ op, values, onChange, one }: SeveralProps<Value>) {
  const t = useWords();
  const isMany = op === "equals" || op === "differs";
  const last = values.at(-1);
  return (
    <span className="r-pair">
      {values.map((each, index) => (
        // A value has nothing of its own but its place.
        // oxlint-disable-next-line react/no-array-index-key
        <span key={index} className="r-pair">
          {index > 0 && <Word>{isMany ? t("rules.or") : "—"}</Word>}
          {one(index === 0 ? t("rules.value") : t("rules.value_number", { number: index + 1 }), each, (value) => onChange(values.with(index, value)))}
          {isMany && values.length > 1 && <Button kind="quiet" isSmall icon="close" label={t("rules.drop_value")} onClick={() => onChange(values.toSpliced(index, 1))} />}
        </span>
      ))}
      {isMany && last !== undefined && <Button kind="quiet" isSmall icon="add" label={t("rules.add_value")} onClick={() => onChange([...values, last])} />}
    </span>
  );
}

type Clocked = Extract<Test, { is: "days_since" | "years_since" | "anniversary" }>;
const LEAPS: Leap[] = ["1 March", "28 February"];

/** Whose clock, and the day of who was born on 29 February. */
function ByClock({ test, onChange }: { test: Clocked; onChange: (test: Clocked) => void }) {
  const t = useWords();
  const { zone: _zone, ...rest } = test;
  return (
    <>
      <Zone value={test.zone} onChange={(zone) => onChange((zone ? { ...rest, zone } : rest) as Clocked)} />
      {test.is !== "days_since" && (
        <Drop
          label={t("rules.leap")} value={test.leap ?? "1 March"} options={LEAPS.map((one) => ({ value: one, label: t(one === "1 March" ? "rules.leap_march" : "rules.leap_february") }))}
          onChange={(leap) => onChange({ ...test, leap })}
        />
      )}
    </>
  );
}

function Ahead({ test, onChange }: { test: Test & { is: "time_ahead" }; onChange: (test: Test) => void }) {
  const t = useWords();
  const { least, most, ...rest } = test;
  const put = (from: typeof least, to: typeof most) => onChange({ ...rest, ...(from && { least: from }), ...(to && { most: to }) });
  return (
    <>
      <Drop
        label={t("rules.window")} value={most ? (least ? "both" : "most") : "least"} options={(["most", "least", "both"] as const).map((one) => ({ value: one, label: t(`rules.aheads.${one}`) }))}
        onChange={(kind) => put(kind === "most" ? undefined : (least ?? { amount: 1 }), kind === "least" ? undefined : (most ?? { amount: 7 }))}
      />
      {least && <SpanEdit label={t("rules.least_span")} value={least} onChange={(next) => put(next, most)} />}
      {least && most && <Word>—</Word>}
      {most && <SpanEdit label={t("rules.most_span")} value={most} onChange={(next) => put(least, next)} />}
    </>
  );
}
