/** A value of a computed attribute as people read it. */
import { Money, Num, Time, useWords } from "../../kit";
import { NOTHING } from "../../kit/format";

interface ValueProps {
  value: unknown;
  type: string;
  currency: string;
  unit?: string;
}

export function Value({ value, type, currency, unit }: ValueProps) {
  const t = useWords();
  if (value === null || value === undefined) return <span className="k-faint">{NOTHING}</span>;
  if (type === "money") return <Money amount={String(value)} currency={currency} />;
  if (type === "instant") return <Time at={Number(value)} />;
  if (type === "yes_no") return <>{t(value ? "computed.yes" : "computed.no")}</>;
  return <>{type === "number" ? <Num value={Number(value)} /> : String(value)}{unit ? ` ${unit}` : ""}</>;
}
