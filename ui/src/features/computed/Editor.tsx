/** Makes or changes a computed attribute: what it is made of, what that means, what it gives. */
import { useNavigate } from "@tanstack/react-router";
import { useEffect, useState } from "react";

import { Button, PageBody, PageHead, type PageHeadProps, Panel, Refusal, Select, TextField, useSay, useWords } from "../../kit";
import { FigureEdit } from "../../kit/rules/FigureEdit";
import { thingOf } from "../../kit/rules/figures";
import { FieldPicker } from "../../kit/rules/Picker";
import { SpanEdit } from "../../kit/rules/Spans";
import { RuleEditor } from "../../kit/rules/RuleEditor";
import { type Computed, useSaving } from "./api";
import { type Draft, formulaOf, isChosen, isWhole, KINDS, label, type LabelDraft, OF_MOST, ofKind, withFigure } from "./formula";
import { Trial } from "./Trial";

interface EditorProps extends Pick<PageHeadProps, "back"> {
  first: Draft;
  title: string;
  computed?: Computed;
}

const NO_FAULTS = new Map<string, string[]>();

export function Editor({ first, title, back, computed }: EditorProps) {
  const t = useWords();
  const say = useSay();
  const navigate = useNavigate();
  const [draft, set] = useState(first);
  const [note, setNote] = useState("");
  const [goTo, setGoTo] = useState("");
  const put = (changed: Partial<Draft>) => set((before) => ({ ...before, ...changed }));
  const saving = useSaving(computed?.key ?? "", (key) => {
    say(t("computed.saved"));
    setGoTo(`/computed/${key}`);
  });
  useEffect(() => {
    if (goTo) void navigate({ to: goTo } as unknown as { to: "." });
  }, [goTo, navigate]);
  const canSave = draft.title.trim() !== "" && isWhole(draft);
  const save = () => saving.mutate({ title: draft.title, description: draft.description, unit: draft.unit, formula: formulaOf(draft), note, position: computed?.position ?? 0 });
  return (
    <PageBody>
      <PageHead title={title} back={back} actions={<Button kind="main" isDisabled={!canSave} isBusy={saving.isPending} onClick={save}>{t("computed.save")}</Button>} />
      <Refusal error={saving.error} />
      <div className="k-stack">
        <Panel>
          <div className="k-grid-2">
            <TextField label={t("computed.name")} value={draft.title} most={200} isRequired isFocused={!computed && draft.title === ""} onChange={(text) => put({ title: text })} />
            <TextField label={t("computed.unit")} hint={t("computed.unit_hint")} value={draft.unit} most={40} onChange={(unit) => put({ unit })} />
            <TextField label={t("computed.description")} value={draft.description} most={2000} onChange={(description) => put({ description })} />
            {computed && <TextField label={t("computed.note")} value={note} most={1000} onChange={setNote} />}
          </div>
        </Panel>
        <Panel title={t("computed.formula")}>
          <div className="k-stack">
            <Select label={t("computed.kind")} value={draft.is} options={KINDS.map((one) => ({ value: one, label: t(`computed.kinds.${one}`) }))} onChange={(is) => set((before) => ofKind(before, is))} />
            <p className="k-hint">{t(`computed.kind_texts.${draft.is}`)}</p>
            {isChosen(draft) && (
              <span className="r-row">
                <span className="k-hint">{t("computed.most_of")}</span>
                <FieldPicker label={t("computed.most_field")} thing={thingOf(draft.figure)} path={draft.of} onChange={(of) => put({ of })} />
                <span className="k-hint">{t("computed.most_by")}</span>
              </span>
            )}
            {draft.is === "labels" ? <Labels labels={draft.labels} onChange={(labels) => put({ labels })} /> : (
              <FigureEdit label={t("computed.formula")} figure={draft.figure} only={isChosen(draft) ? OF_MOST : undefined} onChange={(figure) => set((before) => withFigure(before, figure))} />
            )}
            {draft.is === "interest" && (
              <span className="r-row">
                <span className="k-hint">{t("computed.halved")}</span>
                <SpanEdit label={t("computed.half_life")} value={draft.halfLife} onChange={(halfLife) => put({ halfLife })} />
              </span>
            )}
          </div>
        </Panel>
        <Trial draft={draft} of={computed?.key ?? ""} />
      </div>
    </PageBody>
  );
}

/** Labels in their order: the first whose conditions hold gives the value. */
function Labels({ labels, onChange }: { labels: LabelDraft[]; onChange: (labels: LabelDraft[]) => void }) {
  const t = useWords();
  const change = (at: number, changed: Partial<LabelDraft>) => onChange(labels.map((one, index) => (index === at ? { ...one, ...changed } : one)));
  const up = (at: number) => onChange(labels.map((one, index) => (index === at - 1 ? (labels[at] ?? one) : index === at ? (labels[at - 1] ?? one) : one)));
  return (
    <>
      {labels.map((one, at) => (
        <Panel key={one.key}>
          <div className="k-row k-bottom">
            <div className="k-wide"><TextField label={t("computed.label", { number: at + 1 })} value={one.name} most={100} isRequired onChange={(name) => change(at, { name })} /></div>
            <Button isDisabled={at === 0} onClick={() => up(at)}>{t("computed.up")}</Button>
            <Button isDisabled={labels.length === 1} onClick={() => onChange(labels.filter((_, index) => index !== at))}>{t("computed.drop")}</Button>
          </div>
          <RuleEditor label={t("computed.rule_of", { name: one.name || String(at + 1) })} tree={one.tree} onChange={(tree) => change(at, { tree })} faults={NO_FAULTS} />
        </Panel>
      ))}
      <div><Button onClick={() => onChange([...labels, label()])}>{t("computed.add_label")}</Button></div>
    </>
  );
}
