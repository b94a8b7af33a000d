/** One value of a row, by the type that its column declares. */
import type { ReactNode } from "react";

import type { Column, Row, Section } from "../../api/queries";
import { NOTHING } from "../format";
import { Go } from "../layout";
import { useExtra } from "../session";
import { Mark, Money, Num, Phone, Time, type Tone } from "../show";
import { useFormat } from "../session";
import { said, useWords } from "../words";

/** Words of state, by how they stand; whatever is not here is neither good nor bad. */
const TONES: Record<string, Tone> = {
  accepted: "good", active: "good", cancelled: "plain", done: "good", failed: "bad", finished: "good", open: "warn",
  paid: "good", problem: "bad", received: "good", rejected: "bad", returned: "warn", running: "accent", warning: "warn",
};
const STATES = new Set(["state", "status", "stage", "severity"]);
const SHORT = 8;

interface CellProps {
  section: Section;
  column: Column;
  row: Row;
}

export function Cell({ section, column, row }: CellProps): ReactNode {
  const extra = useExtra(section.name);
  const value = row.values[column.name];
  const own = extra.cells?.[column.name];
  if (own) return own(value, row);
  return <Value section={section} column={column} row={row} value={value} />;
}

export function isNothing(value: unknown): boolean {
  return value === null || value === undefined || value === "" || (Array.isArray(value) && value.length === 0);
}

function Value({ section, column, row, value }: CellProps & { value: unknown }): ReactNode {
  const format = useFormat();
  const t = useWords();
  if (column.is_added && value === undefined) return <NotKnown />;
  if (isNothing(value)) return <span className="k-faint">{NOTHING}</span>;
  const label = labelOf(section, column, value);
  if (label !== null) return STATES.has(column.name) ? <Mark tone={TONES[String(value)]}>{label}</Mark> : label;
  if (column.refers) return <Reference section={column.refers} value={String(value)} />;
  if (column.type === "time" && typeof value === "number") return <Time at={value} />;
  if (column.type === "date") return format.date(String(value));
  if (column.type === "boolean") return value ? t("kit.yes") : t("kit.no");
  if (column.type === "number") return <NumberValue column={column} row={row} value={value} />;
  if (column.name === "phone") return <Phone value={String(value)} />;
  return textOf(value);
}

/** Decimal text is an amount where the column or the row says its currency. */
function NumberValue({ column, row, value }: Omit<CellProps, "section"> & { value: unknown }): ReactNode {
  const currency = column.currency || row.values["currency"];
  if (typeof value === "string" && typeof currency === "string") return <Money amount={value} currency={currency} />;
  return typeof value === "string" || typeof value === "number" ? <Num value={value} unit={column.unit} /> : textOf(value);
}

/** The value of a workspace's own column whose history is still being read. */
function NotKnown() {
  const t = useWords();
  return <span className="k-faint" title={t("kit.list.not_known")} aria-label={t("kit.list.not_known")} role="img">…</span>;
}

function Reference({ section, value }: { section: string; value: string }): ReactNode {
  const { page } = useExtra(section);
  const short = value.length > 24 ? `…${value.slice(-SHORT)}` : value;
  if (!page) return <span title={value}>{short}</span>;
  return (
    <Go to={page({ key: value, values: {} })} title={value}>
      {short}
    </Go>
  );
}

/** The name of a value that a filter of the section offers as a choice; null for other values. */
export function labelOf(section: Section, column: Column, value: unknown): string | null {
  const filter = section.filters.find((one) => one.name === column.name && one.kind === "choice");
  const choice = filter?.choices.find((one) => one.value === value);
  return choice ? said(choice) : null;
}

function textOf(value: unknown): string {
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

export function isRight(column: Column): boolean {
  return column.type === "number";
}
