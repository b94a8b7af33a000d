/** The value of an attribute, by its type. */
import { Num, useFormat, useWords } from "../../kit";

export function AttributeValue({ value }: { value: unknown }) {
  const t = useWords();
  const format = useFormat();
  if (typeof value === "boolean") return value ? t("kit.yes") : t("kit.no");
  if (typeof value === "number") return <Num value={value} />;
  if (typeof value === "string" && /^\d{4}-\d{2}-\d{2}$/.test(value)) return format.date(value);
  if (Array.isArray(value)) return value.map(String).join(", ");
  return typeof value === "string" ? value : JSON.stringify(value);
}
