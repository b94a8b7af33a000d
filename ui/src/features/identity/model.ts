/** Identity rules as the editor holds them: every field stated, kinds in the order of their strength. */
export type Level = "person" | "household" | "device";
export type Form = "text" | "folded" | "code" | "phone" | "landline" | "email" | "hash";

export interface Kind {
  name: string;
  rank: number;
  level: Level;
  limit: number;
  window_days: number;
  life_days: number;
  unique: boolean;
  max_people: number;
  form: Form;
  paths: string[];
  blocked: string[];
  of: string;
  hashed: string;
}

export interface Rules {
  kinds: Kind[];
  vetoes: string[];
  largest_merge: number;
  most_atoms: number;
}

export const LEVELS: Level[] = ["person", "household", "device"];
export const VETOES = ["first_name", "patronymic", "birth_date", "sex"] as const;
export const FORMS: Form[] = ["text", "folded", "code", "phone", "landline", "email", "hash"];
/** Between the ranks of two kinds, so that one fits in later. */
const STEP = 10;

/** What holds where a kind says nothing. */
export const USUAL: Kind = {
  name: "", rank: 0, level: "person", limit: 5, window_days: 0, life_days: 0, unique: false, max_people: 8, form: "text", paths: [], blocked: [], of: "", hashed: "",
};

/** Rules as the server tells them, which leaves out what is as usual. */
export function rulesOf(told: Record<string, unknown>): Rules {
  const kinds = (told["kinds"] as Partial<Kind>[]).map((one) => ({ ...USUAL, max_people: 0, ...one }));
  return {
    kinds: kinds.toSorted((one, other) => one.rank - other.rank),
    vetoes: told["vetoes"] as string[],
    largest_merge: told["largest_merge"] as number,
    most_atoms: told["most_atoms"] as number,
  };
}

/** The same text for rules that mean the same. */
export function signOf(rules: Rules): string {
  return JSON.stringify({ ...rules, vetoes: rules.vetoes.toSorted(), kinds: rules.kinds.map((one) => Object.entries(one).toSorted(([a], [b]) => a.localeCompare(b))) });
}

export function ofLevel(rules: Rules, level: Level): Kind[] {
  return rules.kinds.filter((one) => one.level === level);
}

/** The rules with one kind changed; a name that is not there is added as the weakest of its level. */
export function withKind(rules: Rules, name: string, kind: Kind): Rules {
  const held = rules.kinds.find((one) => one.name === name);
  const kept = rules.kinds.filter((one) => one.name !== name);
  const placed = held?.level === kind.level ? kind : { ...kind, rank: rankFor(kept, kind.level) };
  return { ...rules, kinds: [...kept, placed].toSorted((one, other) => one.rank - other.rank) };
}

export function withoutKind(rules: Rules, name: string): Rules {
  return { ...rules, kinds: rules.kinds.filter((one) => one.name !== name) };
}

/** The rules with a kind and its neighbour of the same level in each other's place. */
export function moved(rules: Rules, name: string, by: -1 | 1): Rules {
  const level = rules.kinds.find((one) => one.name === name)?.level ?? "person";
  const row = ofLevel(rules, level);
  const at = row.findIndex((one) => one.name === name);
  const [kind, other] = [row[at], row[at + by]];
  if (!kind || !other) return rules;
  const swapped = rules.kinds.map((one) => (one === kind ? { ...one, rank: other.rank } : one === other ? { ...one, rank: kind.rank } : one));
  return { ...rules, kinds: swapped.toSorted((a, b) => a.rank - b.rank) };
}

/** Below the weakest of the level; kinds of a person stay stronger than those of a device. */
function rankFor(kinds: Kind[], level: Level): number {
  const ranks = kinds.filter((one) => one.level === level).map((one) => one.rank);
  const last = Math.max(0, ...ranks);
  const above = Math.min(...kinds.filter((one) => one.level !== level && one.rank > last).map((one) => one.rank), last + 2 * STEP);
  return above - last > 1 ? last + Math.min(STEP, Math.floor((above - last) / 2)) : last;
}

export interface Change {
  /** Of which kind; empty for the rules as a whole. */
  kind: string;
  /** `added`, `removed`, or the field that changed. */
  what: string;
  before: string;
  after: string;
}

const FIELDS = ["level", "rank", "limit", "window_days", "life_days", "unique", "max_people", "form", "paths", "blocked"] as const;

/** What other rules would change, kind by kind. */
export function changes(before: Rules, after: Rules): Change[] {
  const held = new Map(before.kinds.map((one) => [one.name, one]));
  const wanted = new Map(after.kinds.map((one) => [one.name, one]));
  const added = after.kinds.filter((one) => !held.has(one.name)).map((one) => change(one.name, "added"));
  const removed = before.kinds.filter((one) => !wanted.has(one.name)).map((one) => change(one.name, "removed"));
  const changed = after.kinds.flatMap((one) => {
    const old = held.get(one.name);
    return old ? FIELDS.filter((field) => String(old[field]) !== String(one[field])).map((field) => change(one.name, field, old[field], one[field])) : [];
  });
  const whole = (["vetoes", "largest_merge", "most_atoms"] as const)
    .filter((field) => textOf(before[field]) !== textOf(after[field]))
    .map((field) => change("", field, textOf(before[field]), textOf(after[field])));
  return [...added, ...removed, ...changed, ...whole];
}

function textOf(value: string[] | number): string {
  return Array.isArray(value) ? value.toSorted().join(", ") : String(value);
}

function change(kind: string, what: string, before: unknown = "", after: unknown = ""): Change {
  return { kind, what, before: String(before), after: String(after) };
}
