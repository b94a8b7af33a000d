/** What a draft changes, whether it can hold, and what to do with it. */
import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";

import { Button, Note, Panel, Refusal, useChange, useSay, useWords } from "../../kit";
import { Apply } from "./Apply";
import { checked, isOpen, type Job, tryOut } from "./api";
import { type Change, type Rules, rulesOf, signOf } from "./model";
import { useChangeWords } from "./words";

const PAUSE_MS = 400;

interface DraftBarProps {
  inForce: Rules;
  draft: Rules;
  differences: Change[];
  work: Job[];
  onDrop: () => void;
  onTried: () => void;
}

export function DraftBar({ inForce, draft, differences, work, onDrop, onTried }: DraftBarProps) {
  const t = useWords();
  const say = useSay();
  const changeWords = useChangeWords();
  const [isApplying, apply] = useState(false);
  const sign = useLater(signOf(draft), PAUSE_MS);
  const check = useQuery({ ...checked(draft, sign), enabled: differences.length > 0 && sign === signOf(draft) });
  const trial = useChange(() => tryOut(draft), {
    touches: [["identity-rules", "jobs"]],
    onDone: () => {
      say(t("identity.trial.begun"));
      onTried();
    },
  });
  if (differences.length === 0) return null;
  const same = work.find((job) => job.work === "trial" && signOf(rulesOf(job.rules)) === signOf(draft));
  const fault = check.data?.fault;
  const isSure = check.data !== undefined && !fault && sign === signOf(draft);
  return (
    <div className="k-draft">
      <Panel
        title={t("identity.draft.title", { count: differences.length })}
        extra={
          <div className="k-row">
            <Button kind="quiet" onClick={onDrop}>{t("identity.draft.drop")}</Button>
            <Button isDisabled={!isSure || trial.isPending || (same !== undefined && isOpen(same))} onClick={() => trial.mutate(undefined)}>{t("identity.draft.try")}</Button>
            <Button kind="main" isDisabled={!isSure} onClick={() => apply(true)}>{t("identity.draft.apply")}</Button>
          </div>
        }
      >
        <ul className="k-changes">
          {differences.map((one) => <li key={`${one.kind} ${one.what}`}>{changeWords(one)}</li>)}
        </ul>
        {fault && <Note tone="bad" title={t("identity.draft.fault")}>{fault}</Note>}
        <Refusal error={check.error ?? trial.error} />
      </Panel>
      {isApplying && <Apply inForce={inForce} draft={draft} trial={same} onClose={() => apply(false)} onDone={onDrop} onBackwards={onTried} />}
    </div>
  );
}

/** The value once it has rested for a while. */
function useLater<Value>(value: Value, pause: number): Value {
  const [rested, rest] = useState(value);
  useEffect(() => {
    const timer = window.setTimeout(() => rest(value), pause);
    return () => window.clearTimeout(timer);
  }, [value, pause]);
  return rested;
}
