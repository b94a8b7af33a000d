/** Asks for one value of a filter, by its kind. */
import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense, useState } from "react";

import { type Days, type Row, rowsOnce, type Section } from "../../api/queries";
import { Button, NumberField, Select } from "../controls";
import { useSection } from "../session";
import { said, useWords } from "../words";
import { isBetween, isDays, isRange } from "./asking";
import { type EditorProps, EmptyOffers, MoneyEditor, Offers, SeveralEditor, TextEditor, without } from "./FilterWays";

/** The calendar is heavy, and comes when it is wanted. */
const PeriodField = lazy(async () => ({ default: (await import("../period")).PeriodField }));
const DatesField = lazy(async () => ({ default: (await import("../period")).DatesField }));

export function FilterEditor(props: EditorProps) {
  const { kind, ways } = props.filter;
  return (
    <div className="k-filter-editor">
      {kind === "choice" && <ChoiceEditor {...props} />}
      {kind === "boolean" && <BooleanEditor {...props} />}
      {kind === "text" && <TextEditor {...props} />}
      {kind === "reference" && <ReferenceEditor {...props} />}
      {kind === "number" && <NumberEditor {...props} />}
      {kind === "money" && <MoneyEditor {...props} />}
      {(kind === "period" || kind === "date") && (
        <Suspense>
          <MovingEditor {...props} />
          {kind === "period" && <PeriodField label={said(props.filter)} value={isRange(props.value) ? props.value : null} onChange={props.onChange} />}
          {kind === "date" && <DatesField label={said(props.filter)} value={isBetween(props.value) ? props.value : null} onChange={props.onChange} />}
        </Suspense>
      )}
      {ways.includes("any") && kind === "choice" && <SeveralEditor {...props} />}
      {ways.includes("empty") && <EmptyOffers {...props} />}
    </div>
  );
}

function ChoiceEditor(props: EditorProps) {
  const { filter, value } = props;
  const offers = filter.choices.map((one) => ({ value: one.value, label: said(one) }));
  return <Offers {...props} value={value ?? filter.default} offers={offers} />;
}

function BooleanEditor(props: EditorProps) {
  const t = useWords();
  return <Offers {...props} offers={[{ value: true, label: t("kit.yes") }, { value: false, label: t("kit.no") }]} />;
}

const MOVING = [{ days: 1 }, { days: 1, before: 1 }, { days: 7 }, { days: 30 }, { days: 90 }, { days: 365 }];

/** Periods that move with today, so that a folder shows the last days whenever it is opened. */
function MovingEditor(props: EditorProps) {
  const name = useMovingName();
  const held = isDays(props.value) ? props.value : null;
  return (
    <div className="k-offers k-offers-flow" role="radiogroup" aria-label={said(props.filter)}>
      {MOVING.map((one) => (
        <button
          key={name(one)} type="button" role="radio" onClick={() => props.onChange(one)}
          aria-checked={held?.days === one.days && (held.before ?? 0) === (one.before ?? 0)}
        >
          {name(one)}
        </button>
      ))}
    </div>
  );
}

/** The function that names a period that moves with today. */
export function useMovingName(): (period: Days) => string {
  const t = useWords();
  return ({ days, before }) => {
    if (days === 1 && !before) return t("kit.period.today");
    if (days === 1 && before === 1) return t("kit.period.yesterday");
    return t("kit.period.last", { count: days });
  };
}

function NumberEditor({ filter, value, onChange }: EditorProps) {
  const t = useWords();
  const [ends, setEnds] = useState(isRange(value) ? value : {});
  const apply = () => onChange(ends.from === undefined && ends.to === undefined ? null : ends);
  return (
    <div className="k-row k-bottom">
      <NumberField label={`${said(filter)}: ${t("kit.list.from")}`} value={ends.from ?? null} onChange={(from) => setEnds(without(ends, "from", from))} />
      <NumberField label={t("kit.list.to")} value={ends.to ?? null} onChange={(to) => setEnds(without(ends, "to", to))} />
      <Button kind="main" onClick={apply}>
        {t("kit.list.apply")}
      </Button>
    </div>
  );
}

/** Chooses a row of another section; people are found by what identifies them. */
function ReferenceEditor({ filter, value, onChange }: EditorProps) {
  const section = useSection(filter.refers);
  const [typed, setTyped] = useState("");
  const t = useWords();
  const asks = section?.filters.some((one) => one.name === "identifier") ?? false;
  const found = useQuery({
    ...rowsOnce(filter.refers, asks && typed ? { identifier: typed } : {}),
    enabled: section !== undefined && (!asks || typed.length > 2),
  });
  if (!section) return <TextEditor filter={filter} value={value} onChange={onChange} />;
  const options = (found.data?.items ?? []).map((row) => ({ value: row.key, label: nameOf(section, row) }));
  return (
    <Select
      label={said(filter)} value={typeof value === "string" ? value : null} options={options} onChange={onChange}
      placeholder={asks ? t("kit.list.type_identifier") : t("kit.list.choose")} onSearch={asks ? setTyped : undefined}
      isBusy={found.isFetching}
    />
  );
}

/** What a person calls a row: its name, else the first things that it shows. */
export function nameOf(section: Section, row: Row): string {
  const { name, first_name: first, last_name: last } = row.values;
  if (typeof name === "string" && name) return name;
  const whole = [first, last].filter((part) => typeof part === "string" && part).join(" ");
  if (whole) return whole;
  const texts = section.columns.filter((one) => one.is_visible && one.type === "text" && one.name !== "id");
  const firstText = texts.map((one) => row.values[one.name]).find((one) => typeof one === "string" && one);
  return String(firstText ?? row.key);
}
