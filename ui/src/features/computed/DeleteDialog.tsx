/** Asks before a computed attribute is deleted; who uses it stands in the question. */
import { Dialog, Go, Note, useChange, useSay, useWords } from "../../kit";
import { type Computed, elsewhere, remove } from "./api";

export function DeleteDialog({ one, onDone }: { one: Computed; onDone: (isGone: boolean) => void }) {
  const t = useWords();
  const say = useSay();
  const doing = useChange(() => remove(one.key), {
    // Its own page would ask for what is gone.
    touches: elsewhere,
    onDone: () => {
      say(t("computed.delete.done"));
      onDone(true);
    },
  });
  const users = [...one.used_by_segments.map((each) => ({ ...each, to: "segments" })), ...one.used_by.map((each) => ({ ...each, to: "computed" }))];
  return (
    <Dialog
      title={t("computed.delete.title", { name: one.title })} confirm={t("computed.delete.confirm")} isDangerous
      onClose={() => onDone(false)} onConfirm={() => doing.mutate(undefined)} isBusy={doing.isPending} isDisabled={users.length > 0} error={doing.error}
    >
      {users.length > 0 ? (
        <Note tone="warn" title={t("computed.delete.used")}>
          <ul>{users.map((each) => <li key={`${each.to} ${each.key}`}><Go to={`/${each.to}/${each.key}`}>{each.name}</Go></li>)}</ul>
        </Note>
      ) : <p>{t("computed.delete.text")}</p>}
    </Dialog>
  );
}
