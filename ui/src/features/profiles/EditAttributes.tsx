/** Changes what is known of a person. What a person with rights enters here counts as confirmed. */
import { useState } from "react";

import { Dialog, useMay, useSay, useSection, useWords } from "../../kit";
import { type Profile, useChanges } from "./api";
import { useAttributeNames } from "./names";
import { text, typed, TypedField } from "./TypedField";

/** Columns of the list that are no attributes. */
export const NOT_ATTRIBUTES = new Set(["id", "known", "identifiers", "tags", "other_attributes", "events", "first_seen", "last_seen"]);

export function EditAttributes({ one, onDone }: { one: Profile; onDone: () => void }) {
  const t = useWords();
  const say = useSay();
  const may = useMay();
  const nameOf = useAttributeNames();
  const section = useSection("profiles");
  const { edit } = useChanges(one.id);
  const columns = (section?.columns ?? []).filter((column) => !NOT_ATTRIBUTES.has(column.name) && (may("profiles.personal") || !column.is_personal));
  const [written, write] = useState<Record<string, string>>(() =>
    Object.fromEntries(columns.map((column) => [column.name, text(one.attributes[column.name]?.value)])),
  );
  const changed = columns.filter((column) => written[column.name] !== text(one.attributes[column.name]?.value));
  const save = () => {
    const stated = changed.filter((column) => written[column.name]?.trim());
    const attributes = Object.fromEntries(stated.map((column) => [column.name, typed(written[column.name] ?? "", typeOf(column, one))]));
    const clear = changed.filter((column) => !written[column.name]?.trim()).map((column) => column.name);
    edit.mutate({ attributes, clear }, {
      onSuccess: () => {
        say(t("profiles.edit.done"));
        onDone();
      },
    });
  };
  return (
    <Dialog title={t("profiles.edit.title")} confirm={t("profiles.edit.save")} onConfirm={save} onClose={onDone} isBusy={edit.isPending} isDisabled={!changed.length} error={edit.error} isWide>
      <p className="k-soft">{t("profiles.edit.hint")}</p>
      <div className="k-grid-2">
        {columns.map((column) => (
          <TypedField
            key={column.name} label={nameOf(column.name)} type={typeOf(column, one)} value={written[column.name] ?? ""}
            onChange={(value) => write((before) => ({ ...before, [column.name]: value }))}
          />
        ))}
      </div>
    </Dialog>
  );
}

/** A list is known by what it holds. */
function typeOf(column: { name: string; type: string }, one: Profile): string {
  return Array.isArray(one.attributes[column.name]?.value) ? "list" : column.type;
}
