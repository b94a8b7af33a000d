/** A new computed attribute: what to begin with, then the editor. */
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";

import { Button, Failure, PageBody, PageHead, Panel, said, useWords, Waiting } from "../../kit";
import { readyMade } from "./api";
import { Editor } from "./Editor";
import { type Draft, draftOf, type Formula, NEW } from "./formula";

export default function New() {
  const t = useWords();
  const [first, begin] = useState<Draft | null>(null);
  const { data, error, refetch } = useQuery(readyMade(said({ en: "en", ru: "ru" }) as "en" | "ru"));
  const back = { to: "/computed", title: t("computed.all") };
  if (first) return <Editor first={first} title={t("computed.new")} back={back} />;
  return (
    <PageBody>
      <PageHead title={t("computed.new")} back={back} note={t("computed.start.text")} actions={<Button kind="main" icon="add" onClick={() => begin(draftOf(NEW))}>{t("computed.start.empty")}</Button>} />
      {error ? <Failure error={error} onRetry={() => void refetch()} /> : !data ? <Waiting lines={8} /> : (
        <div className="k-grid-2">
          {data.map((one) => (
            <Panel key={one.name} title={said(one.title)}>
              <p>{said(one.description)}</p>
              <p className="k-hint">{said(one.summary)}</p>
              <Button
                label={t("computed.start.with_named", { name: said(one.title) })}
                onClick={() => begin(draftOf(one.formula as unknown as Formula, { title: said(one.title), description: said(one.description), unit: said(one.unit) }))}
              >
                {t("computed.start.with")}
              </Button>
            </Panel>
          ))}
        </div>
      )}
    </PageBody>
  );
}
