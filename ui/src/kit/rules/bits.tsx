/** The small controls of a sentence. Each has a name that is read out; none has a label that is shown. */
import { DatePicker, Input, Select } from "antd";
import dayjs from "dayjs";
import timezone from "dayjs/plugin/timezone";
import utc from "dayjs/plugin/utc";
import { type ReactNode, useMemo, useState } from "react";

import { useMe } from "../session";
import { useWords } from "../words";
import type { Op } from "./model";
import { decimalOf, digitsOf, majorOf, minorOf } from "./numbers";

dayjs.extend(utc);
dayjs.extend(timezone);

/** Text between the controls. */
export function Word({ children }: { children: ReactNode }) {
  return <span className="r-word">{children}</span>;
}

export interface Choice {
  value: string;
  label: string;
}
export interface Choices {
  label: string;
  options: Choice[];
}

interface DropProps<Value extends string> {
  label: string;
  value: Value;
  options: Choice[] | Choices[];
  onChange: (value: Value) => void;
  isSearched?: boolean;
}

export function Drop<Value extends string>({ label, value, options, onChange, isSearched = false }: DropProps<Value>) {
  return (
    <Select<string>
      aria-label={label} className="r-drop" value={value} options={options} popupMatchSelectWidth={false} listHeight={360}
      showSearch={isSearched && { optionFilterProp: "label" }} onChange={(chosen) => onChange(chosen as Value)}
    />
  );
}

/** Several of a few. */
export function DropMany<Value extends string>(props: { label: string; values: Value[]; options: Choice[]; onChange: (values: Value[]) => void; placeholder?: string }) {
  const { label, values, options, onChange, placeholder } = props;
  return (
    <Select<string[]>
      aria-label={label} className="r-many" mode="multiple" value={values} options={options} placeholder={placeholder} popupMatchSelectWidth={false}
      showSearch={{ optionFilterProp: "label" }} onChange={(chosen) => onChange(chosen as Value[])}
    />
  );
}

/** Any texts, with those that were seen to choose from. */
export function Texts(props: { label: string; values: string[]; seen?: string[]; onChange: (values: string[]) => void; read?: (text: string) => string | null }) {
  const { label, values, seen = [], onChange, read = (text) => text || null } = props;
  const t = useWords();
  const options = seen.map((one) => ({ value: one, label: one }));
  const changed = (texts: string[]) => onChange([...new Set(texts.flatMap((one) => read(one) ?? []))]);
  return (
    <Select<string[]>
      aria-label={label} className={values.length ? "r-many" : "r-many r-missing"} mode="tags" value={values} options={options} placeholder={t("rules.write_values")}
      popupMatchSelectWidth={false} tokenSeparators={[";", "\n"]} onChange={changed} notFoundContent={null}
    />
  );
}

/** A field that keeps what is typed while it is typed, and gives on what can be read of it. */
function Typed(props: { label: string; text: string; width: number; read: (text: string) => boolean; suffix?: string }) {
  const { label, text, width, read, suffix } = props;
  const [typed, setTyped] = useState<string | null>(null);
  return (
    <Input
      aria-label={label} className="r-typed" inputMode="decimal" value={typed ?? text} style={{ width }} suffix={suffix} autoComplete="off"
      onBlur={() => setTyped(null)}
      onChange={(event) => {
        setTyped(event.target.value);
        read(event.target.value.trim());
      }}
    />
  );
}

export function Decimals({ label, value, onChange }: { label: string; value: number | string; onChange: (value: string) => void }) {
  const read = (text: string) => {
    const found = decimalOf(text);
    if (found !== null) onChange(found);
    return found !== null;
  };
  return <Typed label={label} text={String(value)} width={76} read={read} />;
}

export function Whole(props: { label: string; value: number; onChange: (value: number) => void; least?: number; most?: number; suffix?: string }) {
  const { label, value, onChange, least = 0, most = 10_000_000, suffix } = props;
  const read = (text: string) => {
    const found = Number(decimalOf(text) ?? Number.NaN);
    const isOne = Number.isInteger(found) && found >= least && found <= most;
    if (isOne) onChange(found);
    return isOne;
  };
  return <Typed label={label} text={String(value)} width={suffix ? 88 : 68} read={read} suffix={suffix} />;
}

export function Amount({ label, value, currency, onChange }: { label: string; value: number; currency: string; onChange: (value: number) => void }) {
  const digits = digitsOf(currency);
  const read = (text: string) => {
    const decimal = decimalOf(text);
    const units = decimal === null ? null : minorOf(decimal, digits);
    if (units !== null) onChange(units);
    return units !== null;
  };
  return <Typed label={label} text={majorOf(value, digits)} width={116} read={read} />;
}

const CURRENCIES = ["RUB", "BYN", "KZT", "UZS", "AMD", "KGS", "GEL", "AZN", "TRY", "CNY", "USD", "EUR", "GBP"];

export function Currency({ value, onChange }: { value: string; onChange: (value: string) => void }) {
  const t = useWords();
  const options = useMemo(() => [...new Set([value, ...CURRENCIES, ...Intl.supportedValuesOf("currency")])].filter(Boolean).map((one) => ({ value: one, label: one })), [value]);
  return <Drop label={t("rules.currency")} value={value} options={options} onChange={onChange} isSearched />;
}

/** Whose clock days begin by. */
export function Zone({ value = "workspace", isForAll, onChange }: { value?: string; isForAll?: boolean; onChange: (value: string | undefined) => void }) {
  const t = useWords();
  const { timezone: own } = useMe();
  const options = useMemo(() => {
    const named = [...new Set([value, ...Intl.supportedValuesOf("timeZone")])].filter((one) => one !== "workspace" && one !== "person");
    return [
      { value: "workspace", label: t("rules.zones.workspace", { zone: own }) },
      ...(isForAll ? [] : [{ value: "person", label: t("rules.zones.person") }]),
      ...named.map((one) => ({ value: one, label: t("rules.zones.named", { zone: one }) })),
    ];
  }, [value, own, isForAll, t]);
  return <Drop label={t("rules.zones.label")} value={value} options={options} onChange={(zone) => onChange(zone === "workspace" ? undefined : zone)} isSearched />;
}

/** A day as ISO text. */
export function Day({ label, value, onChange }: { label: string; value: string; onChange: (value: string) => void }) {
  const t = useWords();
  return <DatePicker aria-label={label} value={value ? dayjs(value) : null} format={t("kit.period.format")} allowClear={false} onChange={(day) => day && onChange(day.format("YYYY-MM-DD"))} />;
}

/** An instant, milliseconds UTC, by the clock of the workspace. */
export function Moment({ label, value, placeholder, onChange }: { label: string; value: number | null; placeholder?: string; onChange: (value: number | null) => void }) {
  const t = useWords();
  const zone = useMe().timezone;
  const shown = value === null ? null : dayjs.tz(value, zone);
  const read = (day: dayjs.Dayjs | null) => onChange(day ? dayjs.tz(day.format("YYYY-MM-DDTHH:mm:ss"), zone).valueOf() : null);
  return <DatePicker aria-label={label} showTime={{ format: "HH:mm" }} value={shown} format={`${t("kit.period.format")} HH:mm`} placeholder={placeholder} onChange={read} />;
}

/** An operator of numbers, amounts and days. */
export function Operator<One extends Op>({ value, ops, onChange }: { value: One; ops: One[]; onChange: (op: One) => void }) {
  const t = useWords();
  return <Drop label={t("rules.operator")} value={value} options={ops.map((op) => ({ value: op, label: t(`rules.ops.${op}`) }))} onChange={onChange} />;
}
