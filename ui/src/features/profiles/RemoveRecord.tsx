/** Says that there is no such record any more; its history stays. */
import { Dialog, useSay, useWords } from "../../kit";
import { type Profile, type RelatedRecord, useStateRecord } from "./api";

export function RemoveRecord({ one, record, onDone }: { one: Profile; record: RelatedRecord; onDone: () => void }) {
  const t = useWords();
  const say = useSay();
  const state = useStateRecord(one.id);
  const remove = () =>
    state.mutate({ kind: record.kind, id: record.id, fields: {}, removed: true }, {
      onSuccess: () => {
        say(t("profiles.records.removed_done"));
        onDone();
      },
    });
  return (
    <Dialog title={t("profiles.records.remove", { id: record.id })} confirm={t("profiles.records.remove_confirm")} isDangerous onConfirm={remove} onClose={onDone} isBusy={state.isPending} error={state.error}>
      <p>{t("profiles.records.remove_text")}</p>
    </Dialog>
  );
}
