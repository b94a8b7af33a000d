/** The rule language as the server has it (`konnektu.rules`): what a part may say, and nothing of what it means. */

export type SpanUnit = "second" | "minute" | "hour" | "day" | "week";
export type Period = "day" | "week" | "month" | "quarter" | "year";
export interface Span { amount: number; unit?: SpanUnit }

export interface Ever { is: "ever" }
export interface Rolling { is: "rolling"; far?: Span | null; near?: Span }
export interface Calendar { is: "calendar"; unit: Period; first?: number; last?: number; zone?: string }
/** Milliseconds UTC. */
export interface Absolute { is: "absolute"; start?: number | null; end?: number | null }
export interface Since { is: "since"; what: What }
export type TimeWindow = Ever | Rolling | Calendar | Absolute;
export type Window = TimeWindow | Since;

export type TextOp = "equals" | "differs" | "contains" | "begins" | "ends";
export type Op = "equals" | "differs" | "below" | "at_most" | "above" | "at_least" | "between";
/** A decimal: as text it keeps every digit. */
export type Decimal = number | string;
export type Leap = "28 February" | "1 March";

export type Test =
  | { is: "text"; op: TextOp; values: string[]; exact?: boolean }
  | { is: "number"; op: Op; values: Decimal[] }
  | { is: "money"; op: Op; values: number[]; currency: string }
  | { is: "yes_no"; value: boolean }
  | { is: "date"; op: Op; values: string[] }
  | { is: "date_in"; window: Calendar }
  | { is: "days_since"; op: Op; values: number[]; zone?: string }
  | { is: "years_since"; op: Op; values: number[]; zone?: string; leap?: Leap }
  | { is: "anniversary"; most: number; least?: number; zone?: string; leap?: Leap }
  | { is: "time_in"; window: TimeWindow }
  | { is: "time_ahead"; least?: Span; most?: Span | null }
  | { is: "present" }
  | { is: "list_has"; values: string[]; every?: boolean; exact?: boolean }
  | { is: "item_has"; where: Where };
export type TestOf<Kind extends Test["is"]> = Extract<Test, { is: Kind }>;

export interface FieldIs { is: "field"; path: string[]; test: Test }
export type Where =
  | FieldIs
  | { is: "all_of"; conditions: Where[] }
  | { is: "any_of"; conditions: Where[] }
  | { is: "not_of"; condition: Where };

export type EventType = "track" | "page" | "screen" | "identify" | "group" | "alias";
export type EventMark = "robots" | "staff" | "tests";
export interface What { names?: string[]; types?: EventType[]; sources?: number[]; where?: Where | null; marked?: EventMark[] }

export type How = "count" | "sum" | "min" | "max" | "average" | "first" | "last" | "distinct";
export type ValueType = "number" | "money" | "text" | "date" | "instant" | "yes_no";
export interface Measure { how?: How; field?: string[]; type?: ValueType; currency?: string }

interface Found { where?: Where | null; measure?: Measure }
export type Figure =
  | { is: "events"; what?: What; measure?: Measure; window?: Window }
  | (Found & { is: "orders"; stand?: "purchases" | "all"; window?: Window; at?: "ordered_at" | "stage_at" })
  | (Found & { is: "lines"; stand?: "purchases" | "all"; order?: Where | null; window?: Window })
  | (Found & { is: "product_list"; list: string; window?: Window; at?: "first" | "last" })
  | (Found & { is: "related"; kind: string });
export type FigureOf<Kind extends Figure["is"]> = Extract<Figure, { is: Kind }>;

export interface Step { is: "step"; what: What; within?: Span | null }
export interface Absence { is: "absence"; what: What; span?: Span | null }
export interface Moments { unit?: "hour" | "day" | "week" | "month"; hour?: number; zone?: string }

export type Leaf =
  | { is: "attribute"; name: string; test: Test }
  | { is: "measured"; figure: Figure; test: Test }
  | { is: "compare"; left: Figure; op: Exclude<Op, "between">; right: Figure; ratio?: Decimal }
  | { is: "last_events"; what: What; count: number; match: "none" | "some" | "all"; where: Where; fewer?: boolean }
  | { is: "sequence"; steps: (Step | Absence)[]; window?: TimeWindow }
  | { is: "consent"; state?: "given" | "refused" | "unknown"; entity?: string; channel?: string; category?: string; purpose?: string }
  | { is: "tag"; names: string[] }
  | { is: "source"; side: "marketing" | "technical"; keys: string[]; which?: "first" | "last" | "any"; window?: TimeWindow }
  | { is: "identified"; kinds: string[] }
  | { is: "member"; segment: string }
  | { is: "rank"; by: Figure; top: number; unit?: "percent" | "people"; order?: "highest" | "lowest"; moments?: Moments };
export type LeafOf<Kind extends Leaf["is"]> = Extract<Leaf, { is: Kind }>;

export type Rule = { is: "all"; rules?: Rule[] } | { is: "any"; rules: Rule[] } | { is: "not"; rule: Rule } | Leaf;

/** A segment's definition. */
export interface Definition { entry: Rule; exit?: Rule | null; people?: "known" | "all"; since?: number | null }

/** What is wrong with a tree, and where: `rules[2].test.values`. */
export interface Fault { place: string; message: string; code: string }
