/** Makes or changes a segment: who enters, who leaves, what that means in words. */
import { useBlocker, useNavigate } from "@tanstack/react-router";
import { useEffect, useMemo, useState } from "react";

import { Problem } from "../../api/problem";
import { Button, Dialog, Note, PageBody, PageHead, type PageHeadProps, Panel, Refusal, Switch, useSay, useWords } from "../../kit";
import { type Count, useChecked, useCounted } from "../../kit/rules/checking";
import { byRow, faultsByRow } from "../../kit/rules/faults";
import type { Fault } from "../../kit/rules/model";
import { useHistory } from "../../kit/rules/history";
import { RuleEditor } from "../../kit/rules/RuleEditor";
import type { Tree } from "../../kit/rules/tree";
import { useUndoKeys } from "../../kit/rules/undoKeys";
import { useCountsByRow } from "../../kit/rules/useCountsByRow";
import { said } from "../../kit/words";
import { About } from "./About";
import { type Segment, useSaving } from "./api";
import { CountPanel } from "./CountPanel";
import { type Draft, definitionOf, gaps, isCountable, withExit } from "./draft";
import { InWords } from "./InWords";
import { TryOn } from "./TryOn";
import { Meanwhile } from "./Meanwhile";
import "./segments.css";

interface BuilderProps extends Pick<PageHeadProps, "back"> {
  first: Draft;
  title: string;
  segment?: Segment;
}

export function Builder({ first, title, back, segment }: BuilderProps) {
  const t = useWords();
  const say = useSay();
  const navigate = useNavigate();
  const history = useHistory(first);
  const { present: draft, change, undo, redo, canUndo, canRedo } = history;
  const [note, setNote] = useState("");
  const [isSaved, setSaved] = useState(false);
  const key = segment?.key ?? "";
  const definition = useMemo(() => definitionOf(draft), [draft]);
  const open = useMemo(() => gaps(draft), [draft]);
  const checked = useChecked(definition, key, open.size === 0);
  const isCounted = isCountable(draft);
  const counted = useCounted(definition, key, open.size === 0 && isCounted && !checked.isStale && checked.view?.faults.length === 0);
  const [goTo, setGoTo] = useState("");
  const saving = useSaving(key, (made) => {
    say(t("segments.saved"));
    setSaved(true);
    setGoTo(`/segments/${made}`);
  });
  // It is gone to once the guard below knows that everything is saved.
  useEffect(() => {
    if (goTo) void navigate({ to: goTo } as unknown as { to: "." });
  }, [goTo, navigate]);
  useUndoKeys(undo, redo);
  const faults = open.size || checked.isStale ? [] : (checked.view?.faults ?? []);
  const canSave = draft.name.trim() !== "" && open.size === 0 && faults.length === 0;
  const put = (changed: Partial<Draft>, part?: string) => change({ ...draft, ...changed }, part);
  const save = (position = segment?.position ?? 0) => saving.mutate({ name: draft.name, description: draft.description, folder: draft.folder, tags: draft.tags, definition, note, position });
  const isChanged = saving.error instanceof Problem && saving.error.said.kind === "changed_meanwhile";
  const rows = { draft, faults, leaves: open.size || checked.isStale ? [] : (checked.view?.leaves ?? []), count: isCounted && counted.view ? counted.view : null, isStale: counted.isStale };
  return (
    <PageBody>
      <PageHead
        title={title} back={back}
        actions={
          <>
            <Button kind="quiet" isDisabled={!canUndo} title="Ctrl+Z" onClick={undo}>{t("segments.undo")}</Button>
            <Button kind="quiet" isDisabled={!canRedo} title="Ctrl+Shift+Z" onClick={redo}>{t("segments.redo")}</Button>
            <Button kind="main" isDisabled={!canSave} isBusy={saving.isPending} onClick={() => save()}>{t("segments.save")}</Button>
          </>
        }
      />
      {segment && isChanged ? (
        <Meanwhile
          segment={segment} mine={checked.view?.summary ? said(checked.view.summary) : ""} isBusy={saving.isPending}
          onSave={save} onClose={() => saving.reset()}
        />
      ) : (
        <Refusal error={saving.error} />
      )}
      <div className="k-stack s-builder">
        <About draft={draft} note={note} isNew={!segment} onChange={put} onNote={setNote} />
        <Panel title={t("segments.entry")}>
          <Rows rows={rows} name="entry" tree={draft.entry} onChange={(entry, part) => put({ entry }, part)} />
        </Panel>
        <Panel title={t("segments.exit")}>
          <div className="k-stack">
            <Switch label={t("segments.own_exit")} hint={t("segments.own_exit_hint")} value={draft.exit !== null} onChange={(isThere) => change(withExit(draft, isThere))} />
            {draft.exit && <Rows rows={rows} name="exit" tree={draft.exit} onChange={(exit, part) => put({ exit }, part)} />}
            <Switch label={t("segments.anonymous")} hint={t("segments.anonymous_hint")} value={draft.people === "all"} onChange={(isAll) => put({ people: isAll ? "all" : "known" })} />
          </div>
        </Panel>
        <InWords checked={checked} gaps={open.size} faults={faults} />
        {open.size === 0 && !checked.error && <CountPanel counted={counted} isHeld={!isCounted} isEdit={segment !== undefined} />}
        <TryOn definition={definition} segment={key} isWhole={open.size === 0 && faults.length === 0 && !checked.error} />
        {draft.name.trim() === "" && <Note tone="warn">{t("segments.name_missing")}</Note>}
      </div>
      <Guard isOn={canUndo && !isSaved} />
    </PageBody>
  );
}

interface RowsProps {
  rows: { draft: Draft; faults: Fault[]; leaves: { place: string; passes: boolean; empties: { en: string; ru: string } }[]; count: Count | null; isStale: boolean };
  name: "entry" | "exit";
  tree: Tree;
  onChange: (tree: Tree, part?: string) => void;
}

/** One of the two rules, with what is to be said of its rows. */
function Rows({ rows, name, tree, onChange }: RowsProps) {
  const t = useWords();
  const faults = faultsByRow(tree, name, rows.faults, t);
  const notes = new Map([...byRow(tree, name, rows.leaves.map((one) => [one.place, said(one.empties)]))].map(([key, [text]]) => [key, text]));
  const counts = useCountsByRow(tree, name, rows.count, rows.isStale);
  return <RuleEditor label={t(`segments.${name}`)} tree={tree} onChange={onChange} faults={faults} notes={notes} counts={counts} />;
}

/** Asks before what is not saved is left. */
function Guard({ isOn }: { isOn: boolean }) {
  const t = useWords();
  const { status, proceed, reset } = useBlocker({ shouldBlockFn: () => isOn, enableBeforeUnload: isOn, withResolver: true });
  if (status !== "blocked") return null;
  return (
    <Dialog title={t("segments.leave.title")} confirm={t("segments.leave.confirm")} isDangerous onClose={reset} onConfirm={proceed}>
      <p>{t("segments.leave.text")}</p>
    </Dialog>
  );
}
