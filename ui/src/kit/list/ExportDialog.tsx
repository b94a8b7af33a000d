/** Asks for the list as a file: the columns as shown, the filters as set; a job makes it. */
import { useState } from "react";

import { api, got, here } from "../../api/client";
import type { Filters, Section } from "../../api/queries";
import { language } from "../../app/place";
import { useChange } from "../change";
import { Choice, TextField } from "../controls";
import { Dialog, useSay } from "../overlay";
import { useMay } from "../session";
import { said, useWords } from "../words";

const FORMS = ["xlsx", "csv", "jsonl"] as const;
const REASON_LEAST = 10;

interface ExportProps {
  section: Section;
  filters: Filters;
  order: string;
  /** Of these rows alone; empty for every one. */
  keys: string[];
  /** Names of the columns in their order. */
  columns: string[];
  /** How many rows that is, for a person; empty where nobody knows. */
  total: string;
  onClose: () => void;
}

export function ExportDialog({ section, filters, order, keys, columns, total, onClose }: ExportProps) {
  const t = useWords();
  const say = useSay();
  const may = useMay();
  const [form, setForm] = useState<(typeof FORMS)[number]>("xlsx");
  const [isWhole, setWhole] = useState<"no" | "yes">("no");
  const [reason, setReason] = useState("");
  const isPersonal = section.columns.some((one) => one.is_personal && columns.includes(one.name));
  const body = {
    section: section.name,
    question: { filters: filters as Record<string, unknown>, order, keys },
    export: { type: "export" as const, columns, form, language, reason: isPersonal && isWhole === "yes" ? reason.trim() : "" },
  };
  const asking = useChange(() => got(api.POST("/api/{workspace}/lists/exports", { params: { path: here }, body })), {
    touches: [["list-work"]],
    onDone: () => {
      say(t("kit.export.begun"));
      onClose();
    },
  });
  return (
    <Dialog
      title={t("kit.export.title", { list: said(section) })} confirm={t("kit.export.confirm")} onClose={onClose}
      onConfirm={() => asking.mutate(undefined)} isBusy={asking.isPending} error={asking.error}
      isDisabled={isPersonal && isWhole === "yes" && reason.trim().length < REASON_LEAST}
    >
      <p>{total ? t("kit.export.text", { total, count: columns.length }) : t("kit.export.text_bare", { count: columns.length })}</p>
      <Choice isLabelShown label={t("kit.export.form")} value={form} onChange={setForm} options={FORMS.map((one) => ({ value: one, label: t(`kit.export.forms.${one}`) }))} />
      {isPersonal && may("exports.personal") && (
        <Choice
          isLabelShown label={t("kit.export.personal")} value={isWhole} onChange={setWhole}
          options={[{ value: "no", label: t("kit.export.covered") }, { value: "yes", label: t("kit.export.whole") }]}
        />
      )}
      {isPersonal && !may("exports.personal") && <p className="k-soft">{t("kit.export.only_covered")}</p>}
      {isPersonal && isWhole === "yes" && <TextField label={t("kit.export.reason")} hint={t("kit.export.reason_hint")} value={reason} onChange={setReason} isRequired />}
    </Dialog>
  );
}
