/** When a schedule comes: in words, and as a choice. */
import { useQuery } from "@tanstack/react-query";

import { NumberField, type Option, Refusal, Select, SelectMany, TextField, useFormat, useWords } from "../../kit";
import { times } from "./api";
import { cronOf, type Day, DAYS, EVERY, type Every, type Pattern, patternOf } from "./cron";

const STEPS = [5, 10, 15, 20, 30];

/** The function that says an expression of cron in words. */
export function useWhen(): (cron: string) => string {
  const t = useWords();
  return (cron) => {
    const one = patternOf(cron);
    const clock = `${String(one.hour).padStart(2, "0")}:${String(one.minute).padStart(2, "0")}`;
    if (one.every === "minutes") return t("jobs.when.minutes", { count: one.step });
    if (one.every === "hour") return t("jobs.when.hour", { minute: String(one.minute).padStart(2, "0") });
    if (one.every === "day") return t("jobs.when.day", { clock });
    if (one.every === "week") return t("jobs.when.week", { days: one.days.map((day) => t(`jobs.days_short.${day}`)).join(", "), clock });
    if (one.every === "month") return t("jobs.when.month", { date: one.date, clock });
    return cron;
  };
}

export function WhenFields({ value, onChange }: { value: Pattern; onChange: (value: Pattern) => void }) {
  const t = useWords();
  const set = (part: Partial<Pattern>) => onChange({ ...value, ...part });
  const hasClock = value.every === "day" || value.every === "week" || value.every === "month";
  return (
    <>
      <Select
        label={t("jobs.form.every")} value={value.every} onChange={(every) => set({ every, cron: cronOf(value) })}
        options={EVERY.map((every): Option<Every> => ({ value: every, label: t(`jobs.every.${every}`) }))}
      />
      {value.every === "minutes" && (
        <Select
          label={t("jobs.form.step")} value={String(value.step)} onChange={(step) => set({ step: Number(step) })}
          options={[...new Set([...STEPS, value.step])].map((step) => ({ value: String(step), label: t("jobs.when.minutes", { count: step }) }))}
        />
      )}
      {value.every === "week" && (
        <SelectMany label={t("jobs.form.days")} values={value.days} onChange={(days) => set({ days: DAYS.filter((day) => days.includes(day)) })} options={DAYS.map((day): Option<Day> => ({ value: day, label: t(`jobs.days.${day}`) }))} />
      )}
      {value.every === "month" && <NumberField label={t("jobs.form.date")} hint={t("jobs.form.date_hint")} least={1} most={31} value={value.date} onChange={(date) => set({ date: date ?? 1 })} />}
      {hasClock && <Clock value={value} set={set} />}
      {value.every === "hour" && <NumberField label={t("jobs.form.minute")} least={0} most={59} value={value.minute} onChange={(minute) => set({ minute: minute ?? 0 })} />}
      {value.every === "own" && <TextField label={t("jobs.form.cron")} hint={t("jobs.form.cron_hint")} value={value.cron} onChange={(cron) => set({ cron })} most={200} />}
      <Next cron={cronOf(value)} />
    </>
  );
}

function Clock({ value, set }: { value: Pattern; set: (part: Partial<Pattern>) => void }) {
  const t = useWords();
  return (
    <div className="k-grid-2">
      <NumberField label={t("jobs.form.hour")} least={0} most={23} value={value.hour} onChange={(hour) => set({ hour: hour ?? 0 })} />
      <NumberField label={t("jobs.form.minute")} least={0} most={59} value={value.minute} onChange={(minute) => set({ minute: minute ?? 0 })} />
    </div>
  );
}

/** When it will come, so that a mistake is seen before it is saved. */
function Next({ cron }: { cron: string }) {
  const t = useWords();
  const format = useFormat();
  const { data, error } = useQuery({ ...times(cron), enabled: cron !== "" });
  if (error) return <Refusal error={error} />;
  return <p className="k-hint" aria-live="polite">{data ? t("jobs.form.next", { times: data.map((at) => format.time(at)).join("; ") }) : " "}</p>;
}
