/** Whether those who are in segments are who the facts say: how far the comparison has come, and every difference. */
import { queryOptions, useQuery } from "@tanstack/react-query";

import { type Answer, api, got, here } from "../../api/client";
import { Button, Facts, Go, Mark, Note, Num, Panel, Time, useChange, useFormat, useMay, useWords } from "../../kit";

type Compared = Answer<"/api/{workspace}/segments/comparison">;
type Difference = Compared["latest"][number];

const EVERY_MS = 30_000;
const comparison = queryOptions({
  queryKey: ["segment-comparison"],
  refetchInterval: EVERY_MS,
  queryFn: ({ signal }) => got(api.GET("/api/{workspace}/segments/comparison", { params: { path: here }, signal })),
});

export function Comparison() {
  const t = useWords();
  const format = useFormat();
  const may = useMay();
  const { data } = useQuery({ ...comparison, enabled: may("segments.read") });
  if (!data) return null;
  return (
    <Panel title={t("system.compared.title")} extra={<Mark tone={data.differences ? "bad" : "good"}>{t(data.differences ? "system.compared.differ" : "system.compared.agree")}</Mark>}>
      <Facts
        items={[
          { name: t("system.compared.differences"), value: <Num value={data.differences} /> },
          { name: t("system.compared.ended"), value: data.last ? <Time at={data.last.ended_at} isAgo /> : t("system.compared.not_yet") },
          { name: t("system.compared.cycle"), value: data.cycle === null ? null : format.length(data.cycle) },
          { name: t("system.compared.people"), value: data.last && <Num value={data.last.people} /> },
          { name: t("system.compared.verdicts"), value: data.last && <Num value={data.last.verdicts} /> },
        ]}
      />
      {data.latest.map((one) => <Differing key={one.id} one={one} />)}
    </Panel>
  );
}

function Differing({ one }: { one: Difference }) {
  const t = useWords();
  const may = useMay();
  const close = useChange(
    () => got(api.POST("/api/{workspace}/segments/comparison/{number}/close", { params: { path: { ...here, number: String(one.id) } }, body: { note: "" } })),
    { touches: [comparison.queryKey] },
  );
  const said = Object.entries(one.answers).map(([who, isIn]) => `${t(`system.compared.by.${who as keyof Difference["answers"] & string}`)}: ${t(isIn ? "system.compared.in" : "system.compared.out")}`);
  return (
    <Note tone="bad" title={one.segment}>
      {one.person && <Go to={`/profiles/${one.person.id}`}>{one.person.name || one.person.id}</Go>} <Time at={one.at} />
      <div>{said.join(" · ")}</div>
      {may("segments.manage") && <Button isBusy={close.isPending} onClick={() => close.mutate(undefined)}>{t("system.compared.seen")}</Button>}
    </Note>
  );
}
