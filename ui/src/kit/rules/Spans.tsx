/** Lengths of time and windows, as parts of a sentence. */
import { useWords } from "../words";
import { Drop, Moment, Whole, Word, Zone } from "./bits";
import type { Calendar, Period, Span, SpanUnit, Window } from "./model";
import { What } from "./What";
import { kindOf, type Reach, reached, reachOf, windowOf, type WindowKind, WINDOWS } from "./windows";

const UNITS: SpanUnit[] = ["second", "minute", "hour", "day", "week"];
const PERIODS: Period[] = ["day", "week", "month", "quarter", "year"];
const REACHES: Reach[] = ["present", "before", "next", "own"];

export function SpanEdit({ label, value, onChange }: { label: string; value: Span; onChange: (value: Span) => void }) {
  const t = useWords();
  const unit = value.unit ?? "day";
  return (
    <span className="r-pair">
      <Whole label={label} value={value.amount} onChange={(amount) => onChange({ ...value, amount })} />
      <Drop
        label={t("rules.unit_of", { what: label })} value={unit} options={UNITS.map((one) => ({ value: one, label: t(`rules.units.${one}`, { count: value.amount }) }))}
        onChange={(next) => onChange({ amount: value.amount, unit: next })}
      />
    </span>
  );
}

interface WindowProps<Kept extends Window> {
  value: Kept;
  onChange: (value: Kept) => void;
  /** What the window is of. */
  of: keyof typeof WINDOWS;
}

export function WindowEdit<Kept extends Window>({ value, onChange, of }: WindowProps<Kept>) {
  const t = useWords();
  const kind = kindOf(value);
  const offered = WINDOWS[of].includes(kind) ? WINDOWS[of] : [...WINDOWS[of], kind];
  return (
    <>
      <Drop<WindowKind>
        label={t("rules.window")} value={kind} options={offered.map((one) => ({ value: one, label: t(`rules.windows.${one}`) }))}
        onChange={(next) => onChange(windowOf(next, value) as Kept)}
      />
      <Inside value={value} onChange={(next) => onChange(next as Kept)} isPast={of !== "test"} />
    </>
  );
}

function Inside({ value, onChange, isPast }: { value: Window; onChange: (value: Window) => void; isPast: boolean }) {
  const t = useWords();
  if (value.is === "calendar") return <CalendarEdit value={value} onChange={onChange} isPast={isPast} />;
  if (value.is === "since") return <What what={value.what} onChange={(what) => onChange({ ...value, what })} />;
  if (value.is === "absolute") {
    return (
      <>
        <Moment label={t("rules.start")} placeholder={t("rules.no_start")} value={value.start ?? null} onChange={(start) => onChange(bounded(start, value.end ?? null))} />
        <Word>—</Word>
        <Moment label={t("rules.end")} placeholder={t("rules.no_end")} value={value.end ?? null} onChange={(end) => onChange(bounded(value.start ?? null, end))} />
      </>
    );
  }
  if (value.is === "ever") return null;
  const kind = kindOf(value);
  return (
    <>
      {value.far && <SpanEdit label={t(kind === "between" ? "rules.far" : "rules.length")} value={value.far} onChange={(far) => onChange({ ...value, far })} />}
      {kind === "between" && <Word>{t("rules.until_ago")}</Word>}
      {kind !== "last" && value.near && <SpanEdit label={t("rules.near")} value={value.near} onChange={(near) => onChange({ ...value, near })} />}
      {kind !== "last" && <Word>{t("rules.ago")}</Word>}
    </>
  );
}

function bounded(start: number | null, end: number | null): Window {
  return { is: "absolute", ...(start !== null && { start }), ...(end !== null && { end }) };
}

export function CalendarEdit({ value, onChange, isPast }: { value: Calendar; onChange: (value: Calendar) => void; isPast: boolean }) {
  const t = useWords();
  const reach = reachOf(value);
  const reaches = REACHES.filter((one) => one !== "next" || !isPast || reach === "next");
  const { zone: _zone, ...rest } = value;
  const ends = { first: value.first ?? 0, last: value.last ?? 0 };
  return (
    <>
      <Drop label={t("rules.reach")} value={reach} options={reaches.map((one) => ({ value: one, label: t(`rules.reaches.${one}`) }))} onChange={(next) => onChange(reached(value, next))} />
      <Drop label={t("rules.period")} value={value.unit} options={PERIODS.map((one) => ({ value: one, label: t(`rules.periods.${one}`) }))} onChange={(unit) => onChange({ ...value, unit })} />
      {reach === "own" && (
        <>
          <Word>{t("rules.from_period")}</Word>
          <Whole label={t("rules.first_period")} value={ends.first} least={-1000} most={1000} onChange={(first) => onChange({ ...value, ...ends, first })} />
          <Word>{t("rules.to_period")}</Word>
          <Whole label={t("rules.last_period")} value={ends.last} least={-1000} most={isPast ? 0 : 1000} onChange={(last) => onChange({ ...value, ...ends, last })} />
        </>
      )}
      <Zone value={value.zone} onChange={(zone) => onChange(zone ? { ...rest, zone } : rest)} />
    </>
  );
}
