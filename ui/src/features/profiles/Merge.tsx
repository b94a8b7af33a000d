/** Joins chosen people into one, by hand: shows who they are before it does. */
import { useMutation, useQueries, useQuery } from "@tanstack/react-query";

import { api, got, here } from "../../api/client";
import { type ActionProps, Dialog, Note, Num, Table, Time, useWords, Waiting } from "../../kit";
import { type Profile, profile, WAIT } from "./api";
import { MergedCard } from "./MergedCard";
import { personName, useReasons } from "./names";

const MOST = 20;

export default function Merge({ rows, onDone }: ActionProps) {
  const t = useWords();
  const asked = useQueries({ queries: rows.slice(0, MOST).map((row) => profile(row.key)) });
  const people = asked.flatMap((one) => (one.data ? [one.data] : []));
  const merge = useMutation({
    mutationFn: () =>
      got(api.POST("/api/{workspace}/identity/merges", { params: { path: here, query: { wait: WAIT } }, body: { people: rows.map((row) => ({ profile: row.key })) } })),
    onSuccess: () => onDone(true),
  });
  const body = { people: rows.slice(0, MOST).map((row) => ({ profile: row.key })) };
  const foreseen = useQuery({
    queryKey: ["merge", ...rows.map((row) => row.key)],
    enabled: rows.length > 1,
    queryFn: ({ signal }) => got(api.POST("/api/{workspace}/identity/merges/preview", { params: { path: here }, body, signal })),
  });
  const reasonOf = useReasons();
  const reasons = [...new Set(foreseen.data?.doubts.map((doubt) => doubt.reason))];
  const isReady = !foreseen.data?.is_forbidden && people.length === rows.length && rows.length > 1;
  return (
    <Dialog title={t("profiles.merge.title")} confirm={t("profiles.merge.confirm", { count: rows.length })} onConfirm={() => merge.mutate()} onClose={() => onDone(false)} isBusy={merge.isPending} isDisabled={!isReady} error={merge.error} isWide>
      {rows.length < 2 && <Note tone="warn">{t("profiles.merge.alone")}</Note>}
      {rows.length > MOST && <Note tone="warn">{t("profiles.merge.crowd", { count: MOST })}</Note>}
      {people.length < Math.min(rows.length, MOST) ? <Waiting /> : <People people={people} />}
      {people.length === rows.length && rows.length > 1 && <MergedCard people={people} />}
      {reasons.length > 0 && (
        <Note tone={foreseen.data?.is_forbidden ? "bad" : "warn"} title={t(foreseen.data?.is_forbidden ? "profiles.merge.forbidden" : "profiles.merge.doubts")}>
          <ul>{reasons.map((reason) => <li key={reason}>{reasonOf(reason)}</li>)}</ul>
        </Note>
      )}
      <Note>{t("profiles.merge.text")}</Note>
    </Dialog>
  );
}

function People({ people }: { people: Profile[] }) {
  const t = useWords();
  return (
    <Table
      label={t("profiles.merge.title")} items={people} keyOf={(one) => one.id}
      columns={[
        { key: "name", title: t("profiles.merge.person"), show: (one) => personName(one) || t("profiles.unnamed") },
        { key: "ids", title: t("profiles.identity.identifiers"), show: (one) => one.identifiers.map((id) => id.value).slice(0, 3).join(", ") },
        { key: "events", title: t("profiles.figures.events"), isNumber: true, show: (one) => <Num value={one.basics.events} /> },
        { key: "last", title: t("profiles.figures.last_seen"), show: (one) => <Time at={one.basics.last_seen} isAgo /> },
      ]}
    />
  );
}
