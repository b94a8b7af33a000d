/** Asks for a value of a filter by the ways beyond a plain one: how a text begins, any of several, amounts, missing or not. */
import { useState } from "react";

import type { Filter, FilterValue } from "../../api/queries";
import { Button, Checkbox, NumberField, Select, TextField } from "../controls";
import { said, useWords } from "../words";
import { isBetween, isWay } from "./asking";

export interface EditorProps {
  filter: Filter;
  value: FilterValue | null;
  onChange: (value: FilterValue | null) => void;
}

interface Offer {
  value: FilterValue;
  label: string;
}

export function Offers({ filter, value, onChange, offers }: EditorProps & { offers: Offer[] }) {
  return (
    <div className="k-offers" role="radiogroup" aria-label={said(filter)}>
      {offers.map((one) => (
        <button
          key={JSON.stringify(one.value)} type="button" role="radio" aria-checked={JSON.stringify(one.value) === JSON.stringify(value)}
          onClick={() => onChange(one.value)}
        >
          {one.label}
        </button>
      ))}
    </div>
  );
}

/** Whether there is anything at all. */
export function EmptyOffers(props: EditorProps) {
  const t = useWords();
  const offers = [{ value: { empty: true }, label: t("kit.ways.empty") }, { value: { empty: false }, label: t("kit.ways.filled") }];
  return (
    <div className="k-filter-more">
      <Offers {...props} offers={offers} />
    </div>
  );
}

/** Any of several; one alone is asked for plainly. */
export function SeveralEditor({ filter, value, onChange }: EditorProps) {
  const t = useWords();
  const held = isWay(value) && "any" in value ? value.any : [];
  const [isOpen, setOpen] = useState(held.length > 0);
  const [ticked, tick] = useState(held.length ? held : typeof value === "string" ? [value] : []);
  if (!isOpen) {
    return (
      <div className="k-filter-more">
        <Button kind="quiet" onClick={() => setOpen(true)}>{t("kit.ways.several")}</Button>
      </div>
    );
  }
  const change = (one: string, isTicked: boolean) => tick(isTicked ? [...ticked, one] : ticked.filter((other) => other !== one));
  return (
    <div className="k-filter-more k-ticks" role="group" aria-label={t("kit.ways.several")}>
      {filter.choices.map((one) => (
        <Checkbox key={one.value} label={said(one)} value={ticked.includes(one.value)} onChange={(isTicked) => change(one.value, isTicked)} />
      ))}
      <Button kind="main" isDisabled={ticked.length === 0} onClick={() => onChange(ticked.length === 1 ? (ticked[0] ?? null) : { any: ticked })}>
        {t("kit.list.apply")}
      </Button>
    </div>
  );
}

type TextWay = "equals" | "begins" | "contains";
const TEXT_WAYS = ["contains", "begins", "equals"] as const;

export function TextEditor({ filter, value, onChange }: EditorProps) {
  const t = useWords();
  const held = textOf(value);
  const known = TEXT_WAYS.filter((one) => one === "equals" || filter.ways.includes(one));
  const [way, setWay] = useState<TextWay>(held?.way ?? known[0] ?? "equals");
  const [written, write] = useState(held?.text ?? "");
  const apply = () => {
    const text = written.trim();
    if (!text) onChange(null);
    else if (way === "equals") onChange(text);
    else onChange(way === "begins" ? { begins: text } : { contains: text });
  };
  return (
    <div className="k-row k-bottom">
      {known.length > 1 && <Select label={t("kit.ways.how")} isLabelHidden value={way} options={known.map((one) => ({ value: one, label: t(`kit.ways.${one}`) }))} onChange={setWay} />}
      <TextField label={said(filter)} value={written} onChange={write} onEnter={apply} isFocused />
      <Button kind="main" onClick={apply}>
        {t("kit.list.apply")}
      </Button>
    </div>
  );
}

function textOf(value: FilterValue | null): { way: TextWay; text: string } | null {
  if (typeof value === "string") return { way: "equals", text: value };
  if (!isWay(value)) return null;
  if ("begins" in value) return { way: "begins", text: value.begins };
  return "contains" in value ? { way: "contains", text: value.contains } : null;
}

const CURRENCIES = ["RUB", "BYN", "KZT", "UZS", "AMD", "GEL", "CNY", "TRY", "AED", "EUR", "USD"];

/** Amounts of one currency; without ends, everything in that currency. */
export function MoneyEditor({ filter, value, onChange }: EditorProps) {
  const t = useWords();
  const held = isBetween(value) ? value : {};
  const [currency, setCurrency] = useState(held.currency ?? CURRENCIES[0] ?? "");
  const [from, setFrom] = useState(numberOf(held.from));
  const [to, setTo] = useState(numberOf(held.to));
  const known = CURRENCIES.includes(currency) ? CURRENCIES : [currency, ...CURRENCIES];
  const apply = () => onChange({ currency, ...(from !== null && { from: String(from) }), ...(to !== null && { to: String(to) }) });
  return (
    <div className="k-row k-bottom">
      <NumberField label={`${said(filter)}: ${t("kit.list.from")}`} value={from} onChange={setFrom} />
      <NumberField label={t("kit.list.to")} value={to} onChange={setTo} />
      <Select label={t("kit.ways.currency")} value={currency} options={known.map((one) => ({ value: one, label: one }))} onChange={setCurrency} />
      <Button kind="main" onClick={apply}>
        {t("kit.list.apply")}
      </Button>
    </div>
  );
}

function numberOf(text: string | undefined): number | null {
  return text === undefined ? null : Number(text);
}

export function without<End extends "from" | "to">(ends: { from?: number; to?: number }, end: End, at: number | null) {
  const { [end]: _, ...others } = ends;
  return at === null ? others : { ...others, [end]: at };
}
