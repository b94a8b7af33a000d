/** Identity rules: a draft is changed, tried on the whole base, and then holds from now on or for all the past. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";

import { Failure, Mark, PageBody, PageHead, Tabs, useWords, Waiting } from "../../kit";
import { held, isOpen, jobs } from "./api";
import { DraftBar } from "./DraftBar";
import { History } from "./History";
import { Kinds } from "./Kinds";
import { changes, rulesOf } from "./model";
import { Trials } from "./Trials";
import { useDraft } from "./draft";
import { Whole } from "./Whole";
import "./identity.css";

export default function RulesPage() {
  const t = useWords();
  const { data, error, refetch } = useQuery(held);
  return (
    <PageBody>
      {data ? <Editor version={data.version} told={data.rules} /> : (
        <>
          <PageHead title={t("identity.title")} />
          {error ? <Failure error={error} onRetry={() => void refetch()} /> : <Waiting lines={10} />}
        </>
      )}
    </PageBody>
  );
}

function Editor({ version, told }: { version: number; told: Record<string, unknown> }) {
  const t = useWords();
  const inForce = rulesOf(told);
  const { draft, change, drop } = useDraft(inForce);
  const [tab, show] = useState("rules");
  const { data: work = [] } = useQuery(jobs);
  const client = useQueryClient();
  const carriedOut = work.find((one) => one.carried_out)?.id;
  // A job that ends while one looks on has brought other rules into force.
  useEffect(() => {
    if (carriedOut) void client.invalidateQueries({ queryKey: held.queryKey });
  }, [client, carriedOut]);
  const differences = changes(inForce, draft);
  const running = work.filter(isOpen).length;
  return (
    <>
      <PageHead title={t("identity.title")} note={t("identity.note")} mark={<Mark tone="good">{t("identity.in_force", { version })}</Mark>} />
      <DraftBar inForce={inForce} draft={draft} differences={differences} work={work} onDrop={drop} onTried={() => show("trials")} />
      <Tabs
        value={tab} onChange={show}
        items={[
          { key: "rules", label: t("identity.tabs.rules"), content: <><Kinds rules={draft} onChange={change} /><Whole rules={draft} onChange={change} /></> },
          {
            key: "trials", label: <>{t("identity.tabs.trials")} {running > 0 && <Mark tone="accent">{t("identity.running")}</Mark>}</>,
            content: <Trials work={work} draft={draft} onTake={change} />,
          },
          { key: "history", label: t("identity.tabs.history"), content: <History inForce={version} onTake={(rules) => { change(rules); show("rules"); }} /> },
        ]}
      />
    </>
  );
}
