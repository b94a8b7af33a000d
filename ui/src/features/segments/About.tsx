/** What a segment is called and found by, and why it is changed. */
import { Panel, SelectMany, TextField, useWords } from "../../kit";
import type { Draft } from "./draft";

interface AboutProps {
  draft: Draft;
  note: string;
  isNew: boolean;
  onChange: (changed: Partial<Draft>, part?: string) => void;
  onNote: (note: string) => void;
}

export function About({ draft, note, isNew, onChange, onNote }: AboutProps) {
  const t = useWords();
  return (
    <Panel>
      <div className="s-about">
        <TextField label={t("segments.name")} value={draft.name} most={200} isRequired isFocused={isNew && draft.name === ""} onChange={(name) => onChange({ name }, "name")} />
        <TextField label={t("segments.folder")} value={draft.folder} most={200} onChange={(folder) => onChange({ folder }, "folder")} />
        <SelectMany label={t("segments.tags")} values={draft.tags} onChange={(tags) => onChange({ tags })} />
        <TextField label={t("segments.description")} value={draft.description} most={2000} onChange={(description) => onChange({ description }, "description")} />
        {!isNew && <TextField label={t("segments.note")} hint={t("segments.note_hint")} value={note} most={1000} onChange={onNote} />}
      </div>
    </Panel>
  );
}
