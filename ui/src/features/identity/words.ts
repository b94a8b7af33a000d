/** Identity rules in words: what a kind is called, what it may do, what a change changes. */
import { useFormat, useWords, type Words } from "../../kit";
import type { Change, Kind } from "./model";

const NAMED = new Set([
  "user_id", "loyalty_card", "login", "phone", "email", "telegram_id", "vk_id", "max_id", "whatsapp_id", "viber_id", "landline", "client_id", "push_token",
  "device_id", "anonymous_id",
]);
const REASONS = new Set(["birth_date", "first_name", "limit", "never", "patronymic", "sex", "shared", "size", "stale", "unique"]);
const STEPS: Record<string, string> = { "": "identity.steps.anew", "Decide anew": "identity.steps.anew", Cut: "identity.steps.cut" };

/** The function that gives the name of a kind; a project's own kinds are called as it called them. */
export function useKindNames(): (kind: string) => string {
  const t = useWords();
  return (kind) => (NAMED.has(kind) ? t(`identity.kinds.${kind}`) : kind);
}

export function useReasons(): (reason: string) => string {
  const t = useWords();
  return (reason) => (reason === "known_other" ? t("identity.reasons.two_known") : REASONS.has(reason) ? t(`identity.reasons.${reason}`) : reason);
}

export function stepOf(note: string, t: Words): string {
  return t(STEPS[note] ?? "identity.steps.anew");
}

/** What the rules of a kind come to, a sentence for each. */
export function sentences(kind: Kind, t: Words): string[] {
  const said = [t(`identity.says.${kind.level}`)];
  if (kind.level === "household") return said;
  if (kind.unique) said.push(t("identity.says.unique"));
  else if (kind.limit === 0) said.push(t("identity.says.any_number"));
  else if (kind.window_days > 0) said.push(t("identity.says.limit_within", { count: kind.limit, days: kind.window_days }));
  else said.push(t("identity.says.limit", { count: kind.limit }));
  if (kind.max_people > 0) said.push(t("identity.says.shared", { count: kind.max_people }));
  if (kind.life_days > 0) said.push(t("identity.says.life", { count: kind.life_days }));
  if (kind.blocked.length > 0) said.push(t("identity.says.blocked", { count: kind.blocked.length }));
  return said;
}

/** The function that says what one change changes. */
export function useChangeWords(): (one: Change) => string {
  const t = useWords();
  const name = useKindNames();
  const format = useFormat();
  const value = (what: string, text: string): string => {
    if (what === "level") return t(`identity.levels.${text}`);
    if (what === "form") return t(`identity.forms.${text}`);
    if (what === "unique") return t(text === "true" ? "identity.yes" : "identity.no");
    if (what === "vetoes") return text ? text.split(", ").map((one) => t(`identity.vetoes.${one}`)).join(", ") : t("identity.none");
    if (/^\d+$/.test(text)) return text === "0" ? t("identity.unlimited") : format.number(Number(text));
    return text || t("identity.none");
  };
  return ({ kind, what, before, after }) => {
    const about = kind ? `${name(kind)}: ` : "";
    if (what === "added" || what === "removed") return about + t(`identity.changed.${what}`);
    if (what === "rank") return about + t(Number(after) < Number(before) ? "identity.changed.stronger" : "identity.changed.weaker");
    return `${about}${t(`identity.fields.${what}`)}: ${value(what, before)} → ${value(what, after)}`;
  };
}
