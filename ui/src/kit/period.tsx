/** A day, and a period of days, in the time zone of the workspace. */
import { DatePicker } from "antd";
import dayjs, { type Dayjs } from "dayjs";
import timezone from "dayjs/plugin/timezone";
import utc from "dayjs/plugin/utc";

import type { Between, Range } from "../api/queries";
import { Field } from "./controls";
import { useMe } from "./session";
import { useWords } from "./words";

dayjs.extend(utc);
dayjs.extend(timezone);

const SHORTCUTS = [1, 7, 30, 90] as const;

/** From the beginning of the first day until the end of the last, milliseconds UTC. */
export function PeriodField(props: { label: string; isLabelHidden?: boolean; value: Range | null; onChange: (value: Range | null) => void }) {
  const { value, onChange, ...field } = props;
  const zone = useMe().timezone;
  const t = useWords();
  const shown = (at: number | undefined, less = 0) => (at === undefined ? null : dayjs.tz(at - less, zone));
  const presets = SHORTCUTS.map((days) => ({
    label: t("kit.period.days", { count: days }),
    value: [dayjs().tz(zone).subtract(days - 1, "day"), dayjs().tz(zone)] as [Dayjs, Dayjs],
  }));
  return (
    <Field {...field}>
      {(id) => (
        <DatePicker.RangePicker
          id={{ start: id, end: `${id}-end` }} value={[shown(value?.from), shown(value?.to, 1)]} presets={presets}
          allowEmpty={[true, true]} format={t("kit.period.format")}
          onChange={(days) => onChange(rangeOf(days, zone))}
        />
      )}
    </Field>
  );
}

export function rangeOf(days: readonly (Dayjs | null)[] | null, zone: string): Range | null {
  const [first, last] = days ?? [];
  if (!first && !last) return null;
  return {
    ...(first && { from: startOf(first, zone) }),
    ...(last && { to: startOf(last.add(1, "day"), zone) }),
  };
}

/** The instant at which the day begins in a zone, whatever zone the browser is in. */
function startOf(day: Dayjs, zone: string): number {
  return dayjs.tz(day.format("YYYY-MM-DD"), zone).valueOf();
}

/** From one day to another, both of them, as ISO text. */
export function DatesField(props: { label: string; isLabelHidden?: boolean; value: Between | null; onChange: (value: Between | null) => void }) {
  const { value, onChange, ...field } = props;
  const t = useWords();
  return (
    <Field {...field}>
      {(id) => (
        <DatePicker.RangePicker
          id={{ start: id, end: `${id}-end` }} value={[dayOf(value?.from), dayOf(value?.to)]} allowEmpty={[true, true]}
          format={t("kit.period.format")}
          onChange={(days) => {
            const [from, to] = [isoOf(days?.[0]), isoOf(days?.[1])];
            onChange(from || to ? { ...(from && { from }), ...(to && { to }) } : null);
          }}
        />
      )}
    </Field>
  );
}

function dayOf(iso: string | undefined): Dayjs | null {
  return iso === undefined ? null : dayjs(iso);
}

function isoOf(day: Dayjs | null | undefined): string | undefined {
  return day?.format("YYYY-MM-DD");
}

export function DayField(props: {
  label: string;
  hint?: string;
  error?: string;
  /** ISO text of a day; empty for none. */
  value: string;
  onChange: (value: string) => void;
}) {
  const { value, onChange, ...field } = props;
  const t = useWords();
  return (
    <Field {...field}>
      {(id, described) => (
        <DatePicker
          id={id} value={value ? dayjs(value) : null} format={t("kit.period.format")} aria-describedby={described}
          style={{ width: "100%" }} onChange={(day) => onChange(day ? day.format("YYYY-MM-DD") : "")}
        />
      )}
    </Field>
  );
}
