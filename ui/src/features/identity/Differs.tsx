/** How people under tried rules would differ from the present ones: numbers, reasons, and people to look at. */
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";

import { Button, Figure, Go, Mark, Note, Num, Table, useFormat, useMay, useWords } from "../../kit";
import { type Difference, people } from "./api";
import { useKindNames, useReasons } from "./words";

type Sample = Difference["merged"][number];
type Found = Record<string, { name: string; values: Map<string, string> }>;

export function Differs({ found, isOpen }: { found: Difference; isOpen: boolean }) {
  const t = useWords();
  const [isShown, show] = useState(isOpen);
  const isSame = found.merges === 0 && found.splits === 0;
  return (
    <>
      <div className="k-figures">
        <Figure name={t("identity.trial.people")} value={<Num value={found.people_after} />} note={<Step before={found.people_before} after={found.people_after} />} />
        <Figure name={t("identity.trial.merges")} value={<Num value={found.merges} />} note={t("identity.trial.merges_text")} />
        <Figure name={t("identity.trial.splits")} value={<Num value={found.splits} />} note={t("identity.trial.splits_text")} />
        <Figure name={t("identity.trial.nobody")} value={<Num value={found.nobody_after} />} note={<Step before={found.nobody_before} after={found.nobody_after} />} tone={found.nobody_after > found.nobody_before ? "warn" : "plain"} />
      </div>
      {isSame && <Note tone="good">{t("identity.trial.same")}</Note>}
      <Button kind="link" isSmall onClick={() => show(!isShown)}>{t(isShown ? "identity.trial.less" : "identity.trial.more")}</Button>
      {isShown && <Samples found={found} />}
    </>
  );
}

function Step({ before, after }: { before: number; after: number }) {
  const t = useWords();
  const format = useFormat();
  const sign = after > before ? "+" : after < before ? "−" : "±";
  return <>{t("identity.trial.before", { number: format.number(before), step: `${sign}${format.number(Math.abs(after - before))}` })}</>;
}

function Samples({ found }: { found: Difference }) {
  const t = useWords();
  const reasonOf = useReasons();
  const format = useFormat();
  const named = usePeople(found);
  return (
    <div className="k-stack">
      {found.merged.length > 0 && <Pairs title={t("identity.trial.merged")} samples={found.merged} named={named} />}
      {found.parted.length > 0 && <Pairs title={t("identity.trial.parted")} samples={found.parted} named={named} />}
      <div className="k-grid-2">
        <Table
          label={t("identity.trial.refusals")} items={Object.entries(found.refusals).toSorted(([, one], [, other]) => other - one)} keyOf={([reason]) => reason} empty={t("identity.trial.no_refusals")}
          columns={[
            { key: "reason", title: t("identity.trial.refusals"), show: ([reason]) => reasonOf(reason) },
            { key: "count", title: t("identity.trial.times"), isNumber: true, width: 110, show: ([, count]) => <Num value={count} /> },
          ]}
        />
        <Table
          label={t("identity.trial.largest")} items={found.largest} keyOf={(one) => one.profiles.join(" ") || String(one.identifiers)}
          columns={[
            { key: "who", title: t("identity.trial.largest"), show: (one) => (one.profiles.length ? <People ids={one.profiles} named={named} /> : "—") },
            { key: "count", title: t("identity.trial.identifiers"), isNumber: true, width: 150, show: (one) => format.number(one.identifiers) },
          ]}
        />
      </div>
    </div>
  );
}

function Pairs({ title, samples, named }: { title: string; samples: Sample[]; named: Found }) {
  const t = useWords();
  const kindOf = useKindNames();
  const side = (profile = "", kind = "") => <span><Mark>{kindOf(kind)}</Mark> {named[profile]?.values.get(kind)}</span>;
  const evidence = ({ profiles, evidence: kinds }: Sample) => <>{side(profiles[0], kinds[0])} {side(profiles[1], kinds[1])}</>;
  return (
    <Table
      label={title} items={samples} keyOf={(one) => one.profiles.join(" ")}
      columns={[
        { key: "who", title, show: (one) => <People ids={[...new Set(one.profiles)]} named={named} /> },
        { key: "by", title: t("identity.trial.evidence"), show: evidence },
      ]}
    />
  );
}

const SHOWN = 3;
const END = 8;

function People({ ids, named }: { ids: string[]; named: Found }) {
  const t = useWords();
  const more = ids.length - SHOWN;
  return (
    <>
      {ids.slice(0, SHOWN).map((id, index) => <span key={id}>{index > 0 && " + "}<Go to={`/profiles/${id}`}>{named[id]?.name || `…${id.slice(-END)}`}</Go></span>)}
      {more > 0 && ` ${t("identity.trial.and_more", { count: more })}`}
    </>
  );
}

/** Names and identifiers of the people in samples, where the reader may see people. */
function usePeople(found: Difference): Found {
  const may = useMay();
  const ids = [...new Set([...found.merged, ...found.parted].flatMap((one) => one.profiles).concat(found.largest.flatMap((one) => one.profiles.slice(0, SHOWN))))];
  const { data } = useQuery(people(may("profiles.read") ? ids : []));
  const known: Found = {};
  ids.forEach((id, index) => {
    const one = data?.items[index];
    if (!one) return;
    const held = (name: string) => String(one.attributes[name]?.value ?? "");
    const name = [held("last_name"), held("first_name")].filter(Boolean).join(" ") || held("email") || held("phone");
    known[id] = { name, values: new Map(one.identifiers.map((each) => [each.kind, each.value])) };
  });
  return known;
}
