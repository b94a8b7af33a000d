/** How people's sources would differ: numbers, source by source, and people to look at. */
import { Figure, Go, Note, Num, Table, useFormat, useMay, useWords } from "../../kit";
import type { Difference, Sample } from "./api";

const END = 8;

export function Differs({ found }: { found: Difference }) {
  const t = useWords();
  const format = useFormat();
  if (found.changed === 0) return <Note tone="good">{t("acquisition.past.same")}</Note>;
  return (
    <div className="k-stack">
      <div className="k-figures">
        <Figure name={t("acquisition.past.changed")} value={<Num value={found.changed} />} note={t("acquisition.past.of_people", { number: format.number(found.people) })} />
        <Figure name={t("acquisition.past.first")} value={<Num value={found.first} />} note={t("acquisition.past.people")} />
        <Figure name={t("acquisition.past.last")} value={<Num value={found.last} />} note={t("acquisition.past.people")} />
        <Figure name={t("acquisition.past.any")} value={<Num value={found.any} />} note={t("acquisition.past.people")} />
      </div>
      {found.sources.length > 0 && <BySource sources={found.sources} />}
      <Samples samples={found.samples} />
    </div>
  );
}

function BySource({ sources }: { sources: Difference["sources"] }) {
  const t = useWords();
  return (
    <Table
      label={t("acquisition.past.by_source")} items={sources} keyOf={(one) => one.key}
      columns={[
        { key: "name", title: t("acquisition.past.by_source"), show: (one) => one.name },
        { key: "first", title: t("acquisition.past.first"), isNumber: true, width: 150, show: (one) => <Step {...one.first} /> },
        { key: "last", title: t("acquisition.past.last"), isNumber: true, width: 150, show: (one) => <Step {...one.last} /> },
        { key: "any", title: t("acquisition.past.any"), isNumber: true, width: 150, show: (one) => <Step {...one.any} /> },
      ]}
    />
  );
}

function Step({ before, after }: { before: number; after: number }) {
  const format = useFormat();
  if (before === after) return <span className="k-soft">{format.number(after)}</span>;
  return <>{format.number(before)} → <b>{format.number(after)}</b></>;
}

function Samples({ samples }: { samples: Sample[] }) {
  const t = useWords();
  const may = useMay();
  const who = (one: Sample) => (may("profiles.read") ? <Go to={`/profiles/${one.profile}`}>…{one.profile.slice(-END)}</Go> : `…${one.profile.slice(-END)}`);
  return (
    <Table
      label={t("acquisition.past.samples")} items={samples} keyOf={(one) => one.profile}
      columns={[
        { key: "who", title: t("acquisition.past.samples"), width: 130, show: who },
        { key: "first", title: t("acquisition.past.first"), show: (one) => <Keys {...one.first} /> },
        { key: "last", title: t("acquisition.past.last"), show: (one) => <Keys {...one.last} /> },
        { key: "every", title: t("acquisition.past.any"), show: (one) => <Keys {...one.every} /> },
      ]}
    />
  );
}

const side = (keys: string[]) => keys.join(", ") || "—";

function Keys({ before, after }: { before: string[]; after: string[] }) {
  if (side(before) === side(after)) return <span className="k-soft">{side(after)}</span>;
  return <>{side(before)} → <b>{side(after)}</b></>;
}
