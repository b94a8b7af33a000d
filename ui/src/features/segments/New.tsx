/** A new segment: what to begin with, then the builder. */
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";

import { Button, Failure, PageBody, PageHead, Panel, said, useWords, Waiting } from "../../kit";
import type { Definition } from "../../kit/rules/model";
import { readyMade } from "./api";
import { Builder } from "./Builder";
import { type Draft, draftOf, NEW } from "./draft";
import { NamedDialog } from "./NamedDialog";

export default function New() {
  const t = useWords();
  const [first, begin] = useState<Draft | null>(null);
  const [isList, setList] = useState(false);
  const navigate = useNavigate();
  const { data, error, refetch } = useQuery(readyMade);
  if (first) return <Builder first={first} title={t("segments.new")} back={{ to: "/segments", title: t("segments.all") }} />;
  return (
    <PageBody>
      <PageHead
        title={t("segments.new")} back={{ to: "/segments", title: t("segments.all") }} note={t("segments.start.text")}
        actions={
          <>
            <Button onClick={() => setList(true)}>{t("segment_lists.list.make")}</Button>
            <Button kind="main" icon="add" onClick={() => begin(draftOf(NEW))}>{t("segments.start.empty")}</Button>
          </>
        }
      />
      {isList && <NamedDialog onClose={() => setList(false)} onMade={(key) => void navigate({ to: `/segments/${key}` } as unknown as { to: "." })} />}
      {error ? <Failure error={error} onRetry={() => void refetch()} /> : !data ? <Waiting lines={8} /> : (
        <div className="s-cards">
          {data.map((one) => (
            <Panel key={one.name} title={said(one.title)}>
              <p>{said(one.description)}</p>
              <p className="k-hint">{said(one.summary)}</p>
              <Button label={t("segments.start.with_named", { name: said(one.title) })} onClick={() => begin(draftOf(one.definition as unknown as Definition, { name: said(one.title), description: said(one.description) }))}>
                {t("segments.start.with")}
              </Button>
            </Panel>
          ))}
        </div>
      )}
    </PageBody>
  );
}
