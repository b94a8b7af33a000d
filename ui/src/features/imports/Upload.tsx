/** The first step: which file. What is in it is read and a mapping proposed; nothing runs yet. */
import { useNavigate } from "@tanstack/react-router";

import { FileDrop, Note, PageBody, PageHead, Panel, Refusal, Steps, useChange, useWords, Waiting } from "../../kit";
import { upload } from "./api";
import "./imports.css";
import { useStepTitles } from "./words";

export default function Upload() {
  const t = useWords();
  const navigate = useNavigate();
  const titles = useStepTitles();
  const sending = useChange(upload, {
    touches: [["rows", "imports"]],
    onDone: (made) => void navigate({ to: `/imports/${made.summary.id}` } as unknown as { to: "." }),
  });
  return (
    <PageBody isNarrow>
      <PageHead title={t("imports.new")} back={{ to: "/imports", title: t("imports.all") }} />
      <Steps titles={titles} at={0} />
      <div className="k-stack k-steps-body">
        <Panel>
          <FileDrop label={t("imports.upload.drop")} hint={t("imports.upload.hint")} accept=".csv,.tsv,.txt,.xlsx,.json,.jsonl,.ndjson,.gz,.zst" isDisabled={sending.isPending} onFile={(file) => sending.mutate(file)} />
          {sending.isPending && <Waiting lines={2} />}
          <Refusal error={sending.error} />
        </Panel>
        <Note>{t("imports.upload.text")}</Note>
      </div>
    </PageBody>
  );
}
