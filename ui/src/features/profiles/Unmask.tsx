/** Shows covered personal data for a stated reason, which the audit log keeps. */
import { useState } from "react";

import { Dialog, Facts, Note, TextField, useWords } from "../../kit";
import { type Profile, useChanges } from "./api";
import { useAttributeNames } from "./names";

const SHORTEST_REASON = 5;

export function Unmask({ one, onDone }: { one: Profile; onDone: () => void }) {
  const t = useWords();
  const nameOf = useAttributeNames();
  const { unmask } = useChanges(one.id);
  const [reason, setReason] = useState("");
  const open = unmask.data;
  return (
    <Dialog
      title={t("profiles.unmask.title")} onClose={onDone} isBusy={unmask.isPending} error={unmask.error}
      confirm={open ? t("kit.close") : t("profiles.unmask.button")} onConfirm={() => (open ? onDone() : unmask.mutate(reason))}
      isDisabled={!open && reason.trim().length < SHORTEST_REASON}
    >
      {open ? (
        <Facts
          items={[
            ...open.identifiers.map((id) => ({ key: `${id.kind} ${id.value}`, name: id.kind, value: id.value })),
            ...Object.entries(open.attributes).map(([name, held]) => ({ key: name, name: nameOf(name), value: String(held.value) })),
          ]}
        />
      ) : (
        <>
          <Note>{t("profiles.unmask.text")}</Note>
          <TextField label={t("profiles.unmask.reason")} value={reason} onChange={setReason} />
        </>
      )}
    </Dialog>
  );
}
