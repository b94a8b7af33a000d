/** Questions before a segment is switched or deleted; who uses it stands in them. */
import { useState } from "react";

import { Dialog, Go, Note, TextField, useChange, useSay, useWords } from "../../kit";
import { remove, type Segment, switchTo, touched } from "./api";

interface Props {
  one: Segment;
  onDone: (changed: boolean) => void;
}

export function SwitchDialog({ one, onDone }: Props) {
  const t = useWords();
  const say = useSay();
  const [note, setNote] = useState("");
  const isOn = one.status === "off";
  const doing = useChange(() => switchTo(one.key, isOn, note), {
    touches: touched(one.key),
    onDone: () => {
      say(t(isOn ? "segments.switch.is_on" : "segments.switch.is_off"));
      onDone(true);
    },
  });
  const isHeld = !isOn && one.used_by.length > 0;
  return (
    <Dialog
      title={t(isOn ? "segments.switch.on_title" : "segments.switch.off_title", { name: one.name })} confirm={t(isOn ? "segments.switch.on" : "segments.switch.off")}
      onClose={() => onDone(false)} onConfirm={() => doing.mutate(undefined)} isBusy={doing.isPending} isDisabled={isHeld} error={doing.error}
    >
      {isHeld ? <UsedBy one={one} text={t("segments.switch.used")} /> : <p>{t(isOn ? "segments.switch.on_text" : "segments.switch.off_text")}</p>}
      <TextField label={t("segments.note")} value={note} onChange={setNote} most={1000} />
    </Dialog>
  );
}

export function DeleteDialog({ one, onDone }: Props) {
  const t = useWords();
  const say = useSay();
  const doing = useChange(() => remove(one.key), {
    // Its own page is left, and is not asked for again.
    touches: [["rows", "segments"], ["vocabulary", "segments"]],
    onDone: () => {
      say(t("segments.delete.done"));
      onDone(true);
    },
  });
  const isHeld = one.used_by.length > 0;
  return (
    <Dialog
      title={t("segments.delete.title", { name: one.name })} confirm={t("segments.delete.confirm")} isDangerous
      onClose={() => onDone(false)} onConfirm={() => doing.mutate(undefined)} isBusy={doing.isPending} isDisabled={isHeld} error={doing.error}
    >
      {isHeld ? <UsedBy one={one} text={t("segments.delete.used")} /> : <p>{t("segments.delete.text")}</p>}
    </Dialog>
  );
}

/** What has to be changed first. */
function UsedBy({ one, text }: { one: Segment; text: string }) {
  return (
    <Note tone="warn" title={text}>
      <ul>{one.used_by.map((other) => <li key={other.key}><Go to={`/segments/${other.key}`}>{other.name}</Go></li>)}</ul>
    </Note>
  );
}
