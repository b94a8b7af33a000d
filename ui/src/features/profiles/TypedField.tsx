/** The input that fits the type of a value. What is written is text until it is sent; empty means that nothing is known. */
import { lazy, Suspense } from "react";

import { NumberField, Select, SelectMany, TextField, useWords } from "../../kit";

/** The calendar is heavy, and comes when it is wanted. */
const DayField = lazy(async () => ({ default: (await import("../../kit/period")).DayField }));

/** Parts the values of a list while they are edited. */
const LINE = "\n";

interface Props {
  label: string;
  /** text, number, date, boolean, list or choice; others are texts. */
  type: string;
  value: string;
  onChange: (value: string) => void;
  /** Of a choice. */
  options?: { value: string; label: string }[];
  isRequired?: boolean;
  hint?: string;
}

export function TypedField({ label, type, value, onChange, options, isRequired, hint }: Props) {
  const t = useWords();
  const given = { label, hint, isRequired };
  if (type === "list") return <SelectMany {...given} values={value ? value.split(LINE) : []} onChange={(values) => onChange(values.join(LINE))} />;
  if (type === "number") return <NumberField {...given} value={value === "" ? null : Number(value)} onChange={(number) => onChange(text(number))} />;
  if (type === "date") {
    return (
      <Suspense fallback={<TextField {...given} value={value} onChange={onChange} />}>
        <DayField label={label} value={value} onChange={onChange} />
      </Suspense>
    );
  }
  const answers = [{ value: "true", label: t("kit.yes") }, { value: "false", label: t("kit.no") }];
  const offered = type === "boolean" ? answers : options;
  if (offered) return <Select {...given} value={value} onChange={onChange} options={[{ value: "", label: "—" }, ...offered]} />;
  return <TextField {...given} value={value} onChange={onChange} />;
}

/** A value as it is written in an input. */
export function text(value: unknown): string {
  if (Array.isArray(value)) return value.map(String).join(LINE);
  return value === null || value === undefined ? "" : String(value);
}

/** What was entered, as the type that is taken; the server says where it cannot be read. */
export function typed(written: string, type: string): string | number | boolean | string[] {
  if (type === "list") return written.split(LINE);
  const bare = written.trim();
  if (type === "number") return Number(bare);
  return type === "boolean" ? bare === "true" : bare;
}
