/** A segment that is changed. Its version in force stays so until the new one is built. */
import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { useState } from "react";

import { Empty, Failure, PageBody, PageHead, useWords, Waiting } from "../../kit";
import type { Definition } from "../../kit/rules/model";
import { type Segment, segmentOf } from "./api";
import { Builder } from "./Builder";
import { draftOf } from "./draft";

export default function EditPage() {
  const { segment: key = "" } = useParams({ strict: false }) as { segment?: string };
  const t = useWords();
  const { data, error, refetch } = useQuery(segmentOf(key));
  const back = { to: `/segments/${key}`, title: data?.name ?? t("segments.one") };
  if (data?.definition) return <Editing key={key} one={data} />;
  return (
    <PageBody>
      <PageHead title={t("segments.edit")} back={back} />
      {error ? <Failure error={error} onRetry={() => void refetch()} /> : data ? <Empty title={t("segments.no_rules")}>{t("segments.no_rules_text")}</Empty> : <Waiting lines={8} />}
    </PageBody>
  );
}

/**
 * The segment as it was when the page was opened: what somebody else changes meanwhile is told when it is saved. That a
 * version came into force meanwhile is no change.
 */
function Editing({ one }: { one: Segment }) {
  const t = useWords();
  const [held] = useState(one);
  const [first] = useState(() => draftOf(held.definition as unknown as Definition, held));
  const position = stated(one) === stated(held) ? one.position : held.position;
  return <Builder first={first} segment={{ ...held, position }} title={t("segments.edit")} back={{ to: `/segments/${held.key}`, title: held.name }} />;
}

function stated({ version, name, description, folder, tags }: Segment): string {
  return JSON.stringify([version, name, description, folder, tags]);
}
