/** Numbers, times, money and phones as people of a language write them, in the time zone of the workspace. */
import type { Language } from "../app/place";

const LOCALES: Record<Language, string> = { ru: "ru-RU", en: "en-GB" };
/** What stands for nothing. */
export const NOTHING = "—";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

export interface Format {
  number(value: number | string): string;
  /** A number with what it counts; spans of time are named as the language has them: 1 день, 3 дня. */
  counted(value: number | string, unit: string): string;
  /** A large number in few signs, as 1,2 млн. */
  short(value: number): string;
  /** 0.123 as 12,3 %. */
  percent(share: number): string;
  /** An amount as decimal text or a number, with an ISO 4217 currency. */
  money(amount: number | string, currency: string): string;
  /** Milliseconds UTC as a day and a time. */
  time(at: number): string;
  /** With seconds and the name of the zone; for a hint. */
  exact(at: number): string;
  day(at: number): string;
  /** A day without its year, as short as can be: 27 нояб. */
  dayOfYear(at: number): string;
  /** ISO text of a day, as 1990-05-17. */
  date(iso: string): string;
  clock(at: number): string;
  /** A time of day with its seconds. */
  moment(at: number): string;
  /** How long ago, in the unit that suits it; a day from a week on. */
  ago(at: number, now?: number): string;
  /** Milliseconds as a length of time. */
  length(milliseconds: number): string;
  /** Bytes in a unit that suits them. */
  bytes(count: number): string;
  /** E.164 in groups; what is no phone stays as it is. */
  phone(value: string): string;
}

/** How people write the units of time. */
const SPANS: [string, RegExp][] = [
  ["minute", /^(минут[аы]?|мин|minutes?|min)\.?$/iu],
  ["hour", /^(час(а|ов|ы)?|ч|hours?|h)\.?$/iu],
  ["day", /^(день|дня|дней|дни|дн|days?|d)\.?$/iu],
  ["week", /^(недел[яиь]|нед|weeks?)\.?$/iu],
  ["month", /^(месяц(а|ев|ы)?|мес|months?)\.?$/iu],
  ["year", /^(год(а|ы)?|лет|years?)\.?$/iu],
];

const spanOf = (unit: string) => SPANS.find(([, written]) => written.test(unit.trim()))?.[0] ?? "";

/** A narrow no-break space keeps the groups of a number on one line. */
function narrow(text: string): string {
  return text.replaceAll(/(?<=\d)[\u00a0 ](?=\d)/g, "\u202f");
}

export function makeFormat(language: Language, zone: string): Format {
  const locale = LOCALES[language];
  const numbers = new Intl.NumberFormat(locale, { maximumFractionDigits: 6 });
  const percents = new Intl.NumberFormat(locale, { style: "percent", maximumFractionDigits: 1 });
  const shorts = new Intl.NumberFormat(locale, { notation: "compact", maximumSignificantDigits: 2 });
  const times = dates(locale, zone, { dateStyle: "short", timeStyle: "short" });
  const exact = dates(locale, zone, { dateStyle: "medium", timeStyle: "long" });
  const days = dates(locale, zone, { day: "numeric", month: "short", year: "numeric" });
  const daysOfYear = dates(locale, zone, { day: "numeric", month: "short" });
  const moments = dates(locale, zone, { hour: "2-digit", minute: "2-digit", second: "2-digit" });
  const clocks = dates(locale, zone, { hour: "2-digit", minute: "2-digit" });
  const calendar = dates(locale, "UTC", { day: "2-digit", month: "2-digit", year: "numeric" });
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: "auto", style: "short" });
  const unit = (value: number, name: string, digits = 0) =>
    new Intl.NumberFormat(locale, {
      style: "unit",
      unit: name,
      unitDisplay: "short",
      maximumFractionDigits: digits,
    }).format(value);

  const number = (value: number | string) => narrow(typeof value === "string" ? exactDecimal(value, locale) : numbers.format(value));
  const spans = new Map(SPANS.map(([name]) => [name, new Intl.NumberFormat(locale, { style: "unit", unit: name, unitDisplay: "long", maximumFractionDigits: 6 })]));
  const day = (at: number) => days.format(at).replace(/\s?г\.$/, "");
  return {
    number,
    counted: (value, of) => {
      const span = typeof value === "number" ? spans.get(spanOf(of)) : undefined;
      return span ? narrow(span.format(value as number)).replace(" ", "\u00a0") : `${number(value)}${of && "\u00a0"}${of}`;
    },
    short: (value) => shorts.format(value),
    percent: (share) => narrow(percents.format(share)),
    money: (amount, currency) => narrow(moneyOf(amount, currency, locale)),
    time: (at) => times.format(at).replace(", ", " "),
    exact: (at) => exact.format(at),
    day,
    dayOfYear: (at) => daysOfYear.format(at),
    date: (iso) => {
      const at = Date.parse(`${iso.slice(0, 10)}T00:00:00Z`);
      return Number.isNaN(at) ? iso : calendar.format(at);
    },
    clock: (at) => clocks.format(at),
    moment: (at) => moments.format(at),
    ago: (at, now = Date.now()) => {
      const past = at - now;
      const size = Math.abs(past);
      if (size < MINUTE) return relative.format(Math.round(past / 1000), "second");
      if (size < HOUR) return relative.format(Math.round(past / MINUTE), "minute");
      if (size < DAY) return relative.format(Math.round(past / HOUR), "hour");
      if (size < 7 * DAY) return relative.format(Math.round(past / DAY), "day");
      return day(at);
    },
    length: (milliseconds) => {
      if (milliseconds < 1000) return unit(milliseconds, "millisecond");
      if (milliseconds < 2 * MINUTE) return unit(milliseconds / 1000, "second");
      if (milliseconds < 2 * HOUR) return unit(milliseconds / MINUTE, "minute");
      if (milliseconds < 2 * DAY) return unit(milliseconds / HOUR, "hour", 1);
      return unit(milliseconds / DAY, "day");
    },
    bytes: (count) => {
      const names = ["byte", "kilobyte", "megabyte", "gigabyte", "terabyte"];
      const step = count < 1 ? 0 : Math.min(names.length - 1, Math.floor(Math.log10(count) / 3));
      return unit(count / 1000 ** step, names[step] ?? "byte", 1);
    },
    phone,
  };
}

function dates(locale: string, zone: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat(locale, { ...options, timeZone: zone, hourCycle: "h23" });
}

/** Decimal text with every digit it has: a number would round amounts beyond 2^53. */
function exactDecimal(text: string, locale: string): string {
  if (!/^-?\d+(\.\d+)?$/.test(text)) return text;
  const digits = text.split(".")[1]?.length ?? 0;
  return new Intl.NumberFormat(locale, { minimumFractionDigits: digits }).format(text as Intl.StringNumericLiteral);
}

function moneyOf(amount: number | string, currency: string, locale: string): string {
  if (!/^[A-Z]{3}$/.test(currency)) return `${exactDecimal(String(amount), locale)} ${currency}`.trim();
  const style = { style: "currency", currency, currencyDisplay: "narrowSymbol" } as const;
  return new Intl.NumberFormat(locale, style).format(amount as Intl.StringNumericLiteral);
}

/** A Russian number as it is written in Russia; others in groups from the end. */
export function phone(value: string): string {
  const russian = /^\+7(\d{3})(\d{3})(\d{2})(\d{2})$/.exec(value);
  if (russian) return `+7 ${russian[1]} ${russian[2]}-${russian[3]}-${russian[4]}`;
  return value;
}
