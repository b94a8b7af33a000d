/** How a person, an identifier and an attribute are called. */
import { useSection } from "../../kit";
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
