/** Edits the person of a row of a list. */
import { useQuery } from "@tanstack/react-query";

import { type ActionProps, Dialog, Refusal, useWords, Waiting } from "../../kit";
import { profile } from "./api";
import { EditAttributes } from "./EditAttributes";

export default function EditRow({ rows, onDone }: ActionProps) {
  const t = useWords();
  const id = rows[0]?.key ?? "";
  const { data, error } = useQuery(profile(id));
  if (data) return <EditAttributes one={data} onDone={() => onDone(true)} />;
  return (
    <Dialog title={t("profiles.edit.title")} confirm={t("kit.close")} onConfirm={() => onDone(false)} onClose={() => onDone(false)}>
      {error ? <Refusal error={error} /> : <Waiting />}
    </Dialog>
  );
}
