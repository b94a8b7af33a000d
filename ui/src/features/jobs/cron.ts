/** Times that come again: the five fields of cron as a person chooses them, and back. */
export type Every = "minutes" | "hour" | "day" | "week" | "month" | "own";

export const EVERY: Every[] = ["minutes", "hour", "day", "week", "month", "own"];
/** Monday first; cron counts from Sunday, which is 0 or 7. */
export const DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;
export type Day = (typeof DAYS)[number];

export interface Pattern {
  every: Every;
  /** Of `minutes`: how many lie between two times. */
  step: number;
  minute: number;
  hour: number;
  days: Day[];
  /** Of the month. */
  date: number;
  /** The expression itself, of `own`. */
  cron: string;
}

export const USUAL: Pattern = { every: "day", step: 15, minute: 0, hour: 4, days: ["mon"], date: 1, cron: "0 4 * * *" };

export function cronOf(one: Pattern): string {
  switch (one.every) {
    case "minutes":
      return `*/${one.step} * * * *`;
    case "hour":
      return `${one.minute} * * * *`;
    case "day":
      return `${one.minute} ${one.hour} * * *`;
    case "week":
      return `${one.minute} ${one.hour} * * ${one.days.map((day) => DAYS.indexOf(day) + 1).join(",")}`;
    case "month":
      return `${one.minute} ${one.hour} ${one.date} * *`;
    case "own":
      return one.cron.trim();
  }
}

/** An expression as a person would choose it; `own` where it says more than that. */
export function patternOf(cron: string): Pattern {
  const own = { ...USUAL, every: "own" as const, cron };
  const fields = cron.trim().split(/\s+/);
  if (fields.length !== 5) return own;
  const [minute = "", hour = "", date = "", month = "", day = ""] = fields;
  const step = /^\*\/(\d+)$/.exec(minute);
  const days = daysOf(day);
  if (month !== "*" || (date !== "*" && day !== "*")) return own;
  if (step && hour === "*" && date === "*" && day === "*") return { ...USUAL, every: "minutes", step: Number(step[1]), cron };
  if (!isNumber(minute)) return own;
  const found = { ...USUAL, minute: Number(minute), cron };
  if (hour === "*" && date === "*" && day === "*") return { ...found, every: "hour" };
  if (!isNumber(hour)) return own;
  const at = { ...found, hour: Number(hour) };
  if (date === "*" && day === "*") return { ...at, every: "day" };
  if (date === "*" && days) return { ...at, every: "week", days };
  return isNumber(date) ? { ...at, every: "month", date: Number(date) } : own;
}

function isNumber(text: string): boolean {
  return /^\d+$/.test(text);
}

/** Days of the week of a list as 1-5,0; null where it is none. */
function daysOf(field: string): Day[] | null {
  const found = new Set<number>();
  for (const part of field.split(",")) {
    const [from, to = from] = part.split("-");
    if (!from || !to || !/^[0-7]$/.test(from) || !/^[0-7]$/.test(to) || Number(to) < Number(from)) return null;
    for (let day = Number(from); day <= Number(to); day++) found.add(day === 0 ? 7 : day);
  }
  return DAYS.filter((_, index) => found.has(index + 1));
}
