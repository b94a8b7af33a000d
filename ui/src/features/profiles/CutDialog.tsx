/** Asks whether a join is to be undone, and says before what each side would get back. */
import { queryOptions, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import { type Answer, api, got, here } from "../../api/client";
import { Checkbox, Dialog, Failure, Mark, Note, Num, Panel, useSay, useWords, Waiting } from "../../kit";
import { readCard, WAIT } from "./api";
import { useKindNames } from "./names";

type Side = Answer<"/api/{workspace}/identity/cuts/preview">["stays"];

const SHOWN = 8;

const foreseen = (position: number, ordinal: number) =>
  queryOptions({
    queryKey: ["cut", position, ordinal],
    queryFn: ({ signal }) => got(api.GET("/api/{workspace}/identity/cuts/preview", { params: { path: here, query: { position, ordinal } }, signal })),
  });

export function CutDialog({ position, ordinal, onDone }: { position: number; ordinal: number; onDone: (changed: boolean) => void }) {
  const t = useWords();
  const say = useSay();
  const client = useQueryClient();
  const [allow, setAllow] = useState(false);
  const { data, error, refetch } = useQuery(foreseen(position, ordinal));
  const cut = useMutation({
    mutationFn: () =>
      got(api.POST("/api/{workspace}/identity/cuts", { params: { path: here, query: { wait: WAIT } }, body: { decision: [position, ordinal], allow } })),
    onSuccess: () => {
      say(t("profiles.identity.undone"));
      onDone(true);
    },
    onSettled: (answer) => readCard(client, answer),
  });
  return (
    <Dialog
      title={t("profiles.identity.undo_title")} confirm={t("profiles.identity.undo")} isDangerous isWide isBusy={cut.isPending} isDisabled={!data}
      onConfirm={() => cut.mutate()} onClose={() => onDone(false)} error={cut.error}
    >
      {error && !data ? <Failure error={error} onRetry={() => void refetch()} /> : !data ? <Waiting lines={4} /> : (
        <div className="k-grid-2">
          <Shown side={data.stays} title={t("profiles.cut.stays")} />
          <Shown side={data.leaves} title={t("profiles.cut.leaves")} />
        </div>
      )}
      <Note tone="warn">{t("profiles.identity.undo_text")}</Note>
      <Checkbox label={t("profiles.identity.allow")} hint={t("profiles.identity.allow_hint")} value={allow} onChange={setAllow} />
    </Dialog>
  );
}

function Shown({ side, title }: { side: Side; title: string }) {
  const t = useWords();
  const kindName = useKindNames();
  const more = side.identifiers.length - SHOWN;
  return (
    <Panel title={title}>
      <ul className="k-plain-list">
        {side.identifiers.slice(0, SHOWN).map((id) => (
          <li key={`${id.kind} ${id.value}`}><Mark>{kindName(id.kind)}</Mark> {id.value}</li>
        ))}
      </ul>
      {more > 0 && <p className="k-soft">{t("profiles.cut.more", { count: more })}</p>}
      <p>{t("profiles.figures.events")}: <b><Num value={side.events} /></b></p>
    </Panel>
  );
}
