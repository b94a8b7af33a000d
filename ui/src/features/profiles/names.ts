/** How a person, an identifier and an attribute are called. */
import { useSection, useWords } from "../../kit";
import { said } from "../../kit/words";
import type { Profile } from "./api";

/** The best name that is known of a person; empty where nothing names them. */
export function personName(one: Profile): string {
  const held = (name: string) => String(one.attributes[name]?.value ?? "").trim();
  const names = [held("last_name"), held("first_name"), held("middle_name")].filter(Boolean).join(" ");
  return names || held("name") || held("email") || held("phone") || (one.identifiers.find((id) => id.kind !== "anonymous_id")?.value ?? "");
}

/** The function that gives the name of an attribute in the reader's language; its own name for others. */
export function useAttributeNames(): (name: string) => string {
  const section = useSection("profiles");
  const known = new Map(section?.columns.map((one) => [one.name, said(one)]));
  return (name) => known.get(name) ?? name;
}

const REASONS = new Set(["asked", "birth_date", "first_name", "limit", "never", "not_found", "one_person", "patronymic", "rules", "sex", "shared", "size", "stale", "unique", "unreadable"]);

/** The function that says why something was decided so. */
export function useReasons(): (reason: string) => string {
  const t = useWords();
  return (reason) => (reason === "known_other" ? t("profiles.reasons.two_known") : REASONS.has(reason) ? t(`profiles.reasons.${reason}`) : reason || "—");
}

const KINDS = new Set(["user_id", "phone", "email", "loyalty_card", "login", "anonymous_id", "device_id", "push_token", "telegram_id", "client_id"]);

/** The function that gives the name of a kind of identifier; a project's own kinds have the name it gave them. */
export function useKindNames(): (kind: string) => string {
  const t = useWords();
  return (kind) => (KINDS.has(kind) ? t(`profiles.kinds.${kind}`) : kind);
}
