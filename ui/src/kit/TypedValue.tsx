/** A value of a type that the server names, as a computed attribute has it. */
import { NOTHING } from "./format";
import { useFormat } from "./session";
import { Money, Num, Time } from "./show";
import { useWords } from "./words";

interface ValueProps {
  value: unknown;
  type: string;
  currency: string;
  unit?: string;
}

export function TypedValue({ value, type, currency, unit = "" }: ValueProps) {
  const t = useWords();
  const format = useFormat();
  if (value === null || value === undefined) return <span className="k-faint">{NOTHING}</span>;
  if (type === "money") return <Money amount={String(value)} currency={currency} />;
  if (type === "instant") return <Time at={Number(value)} />;
  if (type === "date") return format.date(String(value));
  if (type === "yes_no") return t(value ? "kit.yes" : "kit.no");
  if (type === "number") return <Num value={Number(value)} unit={unit} />;
  return unit ? `${String(value)} ${unit}` : String(value);
}
