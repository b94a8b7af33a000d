/** Lets a draft hold: from now on, or for the whole past too. */
import { useState } from "react";

import { Choice, Dialog, Facts, Note, Num, useChange, useSay, useWords } from "../../kit";
import { applyBackwards, applyForward, type Job } from "./api";
import { changes, type Rules } from "./model";

interface ApplyProps {
  inForce: Rules;
  draft: Rules;
  /** The latest trial of this very draft. */
  trial: Job | undefined;
  onClose: () => void;
  onDone: () => void;
  onBackwards: () => void;
}

export function Apply({ inForce, draft, trial, onClose, onDone, onBackwards }: ApplyProps) {
  const t = useWords();
  const say = useSay();
  const [way, choose] = useState<"forward" | "backwards">("forward");
  const isBackwards = way === "backwards";
  const apply = useChange(() => (isBackwards ? applyBackwards(draft) : applyForward(draft)).then(() => null), {
    touches: [["identity-rules"], ["rows", "identifier_kinds"]],
    onDone: () => {
      say(t(isBackwards ? "identity.apply.begun" : "identity.apply.done"));
      onClose();
      if (isBackwards) onBackwards();
      else onDone();
    },
  });
  const found = trial?.difference;
  return (
    <Dialog
      title={t("identity.apply.title")} isWide isDangerous={isBackwards} isBusy={apply.isPending} error={apply.error} onClose={onClose} onConfirm={() => apply.mutate(undefined)}
      confirm={t(isBackwards ? "identity.apply.backwards_confirm" : "identity.apply.forward_confirm")} {...(isBackwards && { typed: t("identity.apply.word") })}
    >
      <p>{t("identity.apply.changes", { count: changes(inForce, draft).length })}</p>
      <Choice
        label={t("identity.apply.way")} value={way} onChange={choose}
        options={[{ value: "forward", label: t("identity.apply.forward") }, { value: "backwards", label: t("identity.apply.backwards") }]}
      />
      <Note tone={isBackwards ? "warn" : "plain"}>{t(isBackwards ? "identity.apply.backwards_text" : "identity.apply.forward_text")}</Note>
      {isBackwards && (found ? (
        <Facts items={[
          { name: t("identity.trial.merges"), value: <Num value={found.merges} /> },
          { name: t("identity.trial.splits"), value: <Num value={found.splits} /> },
        ]} />
      ) : <Note tone="bad">{t("identity.apply.not_tried")}</Note>)}
    </Dialog>
  );
}
