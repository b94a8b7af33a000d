/** A computed attribute that is changed. Values are read by the formula in force until the new one is built. */
import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { useState } from "react";

import { Failure, PageBody, PageHead, useWords, Waiting } from "../../kit";
import { type Computed, computedOf } from "./api";
import { Editor } from "./Editor";
import { draftOf, type Formula } from "./formula";

export default function Edit() {
  const { computed: key = "" } = useParams({ strict: false }) as { computed?: string };
  const t = useWords();
  const { data, error, refetch } = useQuery(computedOf(key));
  if (data) return <Editing key={key} one={data} />;
  return (
    <PageBody>
      <PageHead title={t("computed.edit")} back={{ to: `/computed/${key}`, title: t("computed.one") }} />
      {error ? <Failure error={error} onRetry={() => void refetch()} /> : <Waiting lines={8} />}
    </PageBody>
  );
}

/** As it was when the page was opened: what somebody else changes meanwhile is told when it is saved. */
function Editing({ one }: { one: Computed }) {
  const t = useWords();
  const [held] = useState(one);
  const [first] = useState(() => draftOf(held.formula as unknown as Formula, held));
  const position = one.version === held.version && one.title === held.title ? one.position : held.position;
  return <Editor first={first} computed={{ ...held, position }} title={t("computed.edit")} back={{ to: `/computed/${held.key}`, title: held.title }} />;
}
