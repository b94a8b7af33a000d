/** Sends every rejected event of a question again, each corrected by the same steps, which can be tried before. */
import { useState } from "react";

import { api, got, here } from "../../api/client";
import { ActionDialog, type ActionProps, type Every, Button, Json, Mark, Note, Refusal, useChange, useWords } from "../../kit";
import { isWhole, type Step, Steps } from "./Steps";
import { type Which, whichOf } from "./which";

const SAMPLES = 3;

export function ReplayAll({ every, ...props }: ActionProps & { every: Every }) {
  const t = useWords();
  const [steps, change] = useState<Step[]>([]);
  const which = whichOf(every.filters);
  const send = () => got(api.POST("/api/{workspace}/quarantine/replay_all", { params: { path: here }, body: { which: which ?? { reason: "" }, steps } }));
  return (
    <ActionDialog
      {...props} title={t("quarantine.replay.title")} confirm={t("quarantine.replay.confirm")} done={t("quarantine.all.begun")}
      isDisabled={which === null || !steps.every(isWhole)} change={send}
    >
      <p>{t("quarantine.all.replay", { total: every.total })}</p>
      {which === null ? <Note tone="warn">{t("quarantine.all.cannot")}</Note> : (
        <>
          <p className="k-soft">{t("quarantine.steps.text")}</p>
          <Steps steps={steps} onChange={change} />
          <Trial which={which} steps={steps} />
        </>
      )}
    </ActionDialog>
  );
}

function Trial({ which, steps }: { which: Which; steps: Step[] }) {
  const t = useWords();
  const trial = useChange(() => got(api.POST("/api/{workspace}/quarantine/try", { params: { path: here }, body: { which, steps, samples: SAMPLES } })));
  return (
    <>
      <div><Button isBusy={trial.isPending} isDisabled={!steps.every(isWhole)} onClick={() => trial.mutate(undefined)}>{t("quarantine.all.try")}</Button></div>
      <Refusal error={trial.error} />
      {trial.data?.map((one) => (
        <div key={one.id}>
          {one.reason ? <Note tone="warn" title={t("quarantine.all.again")}>{one.detail || one.reason}</Note> : <Mark tone="good">{t("quarantine.all.fine")}</Mark>}
          {one.after && <Json text={one.after} />}
        </div>
      ))}
    </>
  );
}
